// The visit page: keys for the endings, no screen keyboard for a scan, sound of the answer.
// Everything here only makes quicker what the page does without it.

import { feedback, soundIsOn, switchSound } from "./sound.js";

// A scanner sends a character every 5 to 50 ms, so after this the digit was typed by a person.
const SCANNER_GAP_MS = 150;
// Every number of these years begins with a 2: who types one by hand gets this long for the next
// digit, while the chosen ending is already marked.
const SECOND_THOUGHT_MS = 450;

const field = document.querySelector("input[data-scan]");

function endingOf(key) {
  return document.querySelector(`.endings button[aria-keyshortcuts="${CSS.escape(key)}"]`);
}

function watchEndings() {
  let timer = 0;
  let chosen = null;
  let before = field.value;

  const forget = () => {
    clearTimeout(timer);
    chosen?.classList.remove("chosen");
    chosen = null;
  };
  const press = () => {
    const button = chosen;
    forget();
    field.value = before = "";
    button.click();
  };
  const mark = (button) => {
    chosen = button;
    chosen.classList.add("chosen");
    timer = setTimeout(press, SECOND_THOUGHT_MS);
  };

  field.addEventListener("keydown", forget);
  field.addEventListener("blur", forget);
  field.addEventListener("input", (event) => {
    forget();
    const alone = before === "" && event.inputType === "insertText";
    before = field.value;
    const button = alone && /^[0-9]$/.test(field.value) ? endingOf(field.value) : null;
    if (button) timer = setTimeout(mark, SCANNER_GAP_MS, button);
  });
}

// A scan needs no screen keyboard; it comes with the button that asks for it. Where that button is
// not in view (a desk, a tablet), nothing changes.
function watchKeyboard() {
  const button = document.querySelector("[data-keyboard]");
  const inView = button !== null && button.getClientRects().length > 0;
  if (!inView || !window.matchMedia("(any-pointer: coarse)").matches) return;
  const typed = field.inputMode;
  field.inputMode = "none";
  button.addEventListener("click", (event) => {
    event.preventDefault();
    field.inputMode = typed;
    field.blur();
    field.focus();
  });
}

function watchSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(soundIsOn()));
  show();
  button.hidden = false;
  button.addEventListener("click", () => {
    switchSound(!soundIsOn());
    show();
    if (soundIsOn()) feedback("stored");
  });
}

// Not again on a reload or on the way back: then nothing has arrived.
function isFirstView() {
  const [entry] = performance.getEntriesByType?.("navigation") ?? [];
  return !entry || entry.type === "navigate";
}

if (field) {
  watchEndings();
  watchKeyboard();
}
document.querySelectorAll("[data-sound]").forEach(watchSwitch);
if (isFirstView()) feedback(document.body.dataset.feedback);
