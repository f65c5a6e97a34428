"""Sound beside the picture: asked for in the browser, listened to for a voice, never stored."""
