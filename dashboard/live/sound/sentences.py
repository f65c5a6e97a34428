"""What the Live page says where sound was agreed to and does not come. No Streamlit."""

REFUSED = {
    "NotAllowedError": (
        "The browser refused the microphone, so nobody's voice is told; the pictures go on. To listen, allow "
        "it by the sign in the address bar and press START again."
    ),
    "NotFoundError": (
        "No microphone was found, so nobody's voice is told; the pictures go on. Connect one and press START "
        "again to listen."
    ),
    "Ended": "The sound has ended, so nobody's voice is told any more; the pictures go on.",
}
NO_MICROPHONE = "The microphone did not start ({name}), so nobody's voice is told; the pictures go on."
SHARED_WITHOUT = (
    "What is shared came without sound, so nobody's voice is told; the pictures go on. To listen, share a "
    "tab and tick the browser's box for its sound: most systems give none of a window."
)


def silence(wanted: str, name: str) -> str:
    """Why nothing is heard of a "camera" or "screen"; `name`: the browser's error, "" for none."""
    if name in REFUSED:
        return REFUSED[name]
    return NO_MICROPHONE.format(name=name or "no sound came") if wanted == "camera" else SHARED_WITHOUT
