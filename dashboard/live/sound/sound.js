// The sound beside the picture, where everybody agreed to it: the microphone's, or what is shared with a tab.
// It travels beside the streamer's own stream, which is of pictures alone, and stops with the picture.

const SHARED_SOUND = { audio: { suppressLocalAudioPlayback: false }, systemAudio: 'include' };
const MICROPHONE = { audio: { channelCount: 1 }, video: false };

// A microphone is asked for after the camera: who refuses it shall not lose the picture.
async function soundTake(held, wanted, stream, page, tell) {
  let [sound = null] = stream.getAudioTracks();
  let name = '';
  stream.getAudioTracks().forEach((one) => stream.removeTrack(one));
  if (!page.sound) return sound?.stop();
  try {
    if (wanted === 'camera') [sound] = (await held.camera(MICROPHONE)).getAudioTracks();
  } catch (error) {
    name = error.name;
  }
  page.heard?.stop();
  held.sound = page.heard = sound;
  await held.sounding?.replaceTrack(sound).catch(() => {});  // that of a stream which was stopped
  sound?.addEventListener('ended', () => held.sound === sound && tell({ kind: 'silent', wanted, name: 'Ended' }));
  tell(sound ? { kind: 'hearing', wanted } : { kind: 'silent', wanted, name });
}

// Its place is asked for with the first picture: a source that takes over later may have sound, this one not.
function soundOpen(held, peer, page) {
  if (page.sound) held.sounding = peer.addTransceiver(held.sound ?? 'audio', { direction: 'sendonly' }).sender;
}

// STOP and the end of sharing end the picture alone; after STOP the streamer's frame is gone, too.
function soundTend(held) {
  if (held.track?.readyState === 'ended') held.sound?.stop();
}
