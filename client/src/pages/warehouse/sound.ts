/** Sounds for hands that are full: a clear tone for right, a low double one for wrong. */

let audio: AudioContext | undefined;

function tone(frequency: number, begins: number, lasts: number, kind: OscillatorType): void {
  if (!audio) return;
  const source = audio.createOscillator();
  const volume = audio.createGain();
  const at = audio.currentTime + begins;
  source.type = kind;
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0.18, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + lasts);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + lasts);
}

export type Sound = "right" | "complete" | "wrong";

export function play(sound: Sound): void {
  audio ??= new AudioContext();
  if (sound === "wrong") {
    tone(190, 0, 0.16, "square");
    tone(150, 0.18, 0.22, "square");
    return;
  }
  tone(880, 0, 0.09, "sine");
  if (sound === "complete") tone(1320, 0.1, 0.16, "sine");
}
