// What an answer to a scan sounds and feels like. Made by the page, no files; never the only sign.
// Silent where the browser has no sound, did not allow it yet, or the user turned it off.

const SWITCH = "kombeheer.sound";

// tones: [hertz, start in ms, length in ms]; vibration: ms on, off, on…
const FEEDBACK = {
  stored: { tones: [[1320, 0, 90]], vibration: [60] },
  done: { tones: [[880, 0, 110], [1320, 130, 160]], vibration: [60, 40, 60] },
  refused: { tones: [[220, 0, 350]], vibration: [300] },
  waits: { tones: [[660, 0, 120], [660, 190, 120]], vibration: [60, 40, 60, 40, 60] },
};
const VOLUME = 0.25;
const EDGE_S = 0.01; // each tone swells and fades, or it clicks

export function soundIsOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

export function switchSound(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // no storage on this device: it stays as it was
  }
}

function tone(context, [hertz, start, length]) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  const from = context.currentTime + start / 1000;
  const until = from + length / 1000;
  oscillator.type = "triangle"; // overtones: a low tone is heard from a small loudspeaker too
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(VOLUME, from + EDGE_S);
  volume.gain.setValueAtTime(VOLUME, until - EDGE_S);
  volume.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(until);
  return new Promise((ended) => oscillator.addEventListener("ended", ended));
}

// A browser may hold the sound back until the page is touched. A sound that comes later would
// belong to nothing, so then there is none.
async function sound(tones) {
  const context = new AudioContext();
  context.resume().catch(() => {});
  await new Promise((soon) => setTimeout(soon, 50));
  if (context.state === "running") await Promise.all(tones.map((each) => tone(context, each)));
  await context.close();
}

export function feedback(kind) {
  const answer = Object.hasOwn(FEEDBACK, kind) ? FEEDBACK[kind] : null;
  if (!answer) return;
  try {
    navigator.vibrate?.(answer.vibration);
  } catch {
    // some browsers refuse it in a frame
  }
  if (soundIsOn() && "AudioContext" in window) sound(answer.tones).catch(() => {});
}
