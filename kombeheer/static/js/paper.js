// The line of a paper report: Enter goes on, Esc goes back, in the last field Enter stores it and
// the next line waits. What is typed is looked up meanwhile; that never stands in the way.
// Without script the same form does the same, a page at a time.

import { feedback } from "./sound.js";

const CHECK_AFTER_MS = 120; // a scanner is through several fields by then: one question is enough
const KEYS_KEPT_MAX = 400; // of what is typed while a line is being stored
const ALONE_MS = 150; // a digit behind which nothing follows so long was a choice, not a number

const paper = document.querySelector("#paper");
const said = paper.querySelector("#said");
let asked = null; // the question that is under way, and the timer of the next one
let timer = 0;
let storing = false;
let kept = []; // keys typed meanwhile
let digit = ""; // typed at the open choice, and the timer after which it chooses
let alone = 0;

const line = () => paper.querySelector("#line");
const input = (name) => line().elements.namedItem(name);
const fields = () => [...line().querySelectorAll(".cell input")];

function go(field) {
  field?.focus();
  field?.select?.();
}

const radios = () => [...said.querySelectorAll("[data-choices] input[type=radio]")];
const fold = () => line().querySelector("details.repair");

// An h before the number or mark; the h of an address is none. The server reads it the same way.
const REPAIR = /^h[\s,;/+]*(?=$|[\d\]]|https?:|(?:geen\s*kom|g|kb|k)(?![\p{L}_]))/iu;

// What only a repair has is in the way of no other line.
function unfold() {
  const told = [...fold().querySelectorAll("input")].some((each) => each.value !== "");
  fold().open = told || REPAIR.test(input("number").value);
}

// Nothing but a number has a sticker to place; of kb nothing more is asked.
function isSkipped(field) {
  if (field.closest("details:not([open])")) return true;
  const mark = input("number").value.trim().replace(REPAIR, "").toLowerCase();
  if (/^(k|kb)$/.test(mark)) {
    return ["unit_count", "delivered_on", "wash_start", "wash_end", "placing"].includes(field.name);
  }
  const sticks = ["placing", "stamped_on", "stamp_initials"]; // and with it goes the stamp
  return /^(g|geen\s*kom)$/.test(mark) && sticks.includes(field.name);
}

function send() {
  line().requestSubmit(line().querySelector("[data-store]"));
}

function goOn(field) {
  const all = fields();
  const next = all.slice(all.indexOf(field) + 1).find((each) => !isSkipped(each));
  if (next) go(next);
  else send();
}

// From the first field that differs one key goes to what is kept from line to line.
function goBack(field) {
  const all = fields();
  if (field.name === "installation") return go(all[0]);
  const earlier = all.slice(0, all.indexOf(field)).filter((each) => !isSkipped(each));
  go(earlier.at(-1) ?? field);
}

function choose(radio) {
  radio.checked = true;
  if (input("number").value !== "") return send(); // the line was whole: only this was to be said
  go(input("number"));
  ask();
}

function type(text) {
  const field = input("number");
  field.focus();
  field.setRangeText(text, 0, field.value.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function chooseDigit() {
  clearTimeout(alone);
  const radio = radios()[Number(digit) - 1];
  digit = "";
  if (radio) choose(radio);
}

// At an open choice one digit chooses; a scanner types on, and then it was the number.
function typedAtChoice(event) {
  const { key } = event;
  if (key === "Escape") {
    clearTimeout(alone);
    digit = "";
    go(input("installation"));
  } else if (key === "Enter") {
    if (digit) chooseDigit();
    else choose(event.target);
  } else if (key.length !== 1 || key === " ") {
    return;
  } else if (!digit && /^[1-9]$/.test(key) && Number(key) <= radios().length) {
    digit = key;
    alone = setTimeout(chooseDigit, ALONE_MS);
  } else {
    clearTimeout(alone);
    const before = digit;
    digit = "";
    type(before + key);
  }
  event.preventDefault();
}

function typed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (storing) {
    if (event.key.length !== 1 && !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (kept.length < KEYS_KEPT_MAX) kept.push(event.key);
  } else if (target.matches("[data-choices] input")) {
    typedAtChoice(event);
  } else if (target.matches("#line .cell input")) {
    if (event.key === "Enter") goOn(target);
    else if (event.key === "Escape") goBack(target);
    else return;
    event.preventDefault();
  } else if (target.matches("#line button, #said button") && event.key === "Escape") {
    go(fields().at(-1));
    event.preventDefault();
  }
}

// What is on file stands in its field until somebody types something else.
function fill(name, value) {
  const field = input(name);
  if (!value || (field.value !== "" && field.value !== field.dataset.filled)) return;
  field.value = field.dataset.filled = value;
  if (field === document.activeElement) field.select();
}

function show(html) {
  const choosing = document.activeElement.matches("[data-choices] input");
  said.innerHTML = html; // of our own server
  const found = said.querySelector(".found[data-units]");
  if (found) {
    fill("unit_count", found.dataset.units);
    fill("delivered_on", found.dataset.delivered);
  }
  const [first] = radios();
  const waits = input("number").value === "" && document.activeElement === input("number");
  if (first && (choosing || waits)) first.focus();
}

async function question() {
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const answer = await fetch(line().dataset.check, {
      method: "POST",
      body: new FormData(line()),
      signal: mine.signal,
    });
    const html = await answer.text();
    if (answer.ok && asked === mine && !storing) show(html);
  } catch {
    // overtaken by a later one, or no network: storing it will tell
  }
}

function ask() {
  clearTimeout(timer);
  timer = setTimeout(question, CHECK_AFTER_MS);
}

function again() {
  if (said.dataset.outcome !== "stored") kept = []; // they were meant for another line
  while (kept.length && !storing) {
    const field = document.activeElement;
    const key = kept.shift();
    if (!field.matches("#line .cell input")) continue;
    if (key === "Enter") {
      goOn(field);
      continue;
    }
    if (key === "Escape") {
      goBack(field);
      continue;
    }
    field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function replaceParts(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll("[data-part]")) {
    const here = paper.querySelector(`[data-part="${part.dataset.part}"]`);
    if (part.dataset.outcome !== undefined) here.dataset.outcome = part.dataset.outcome;
    here.replaceChildren(...part.childNodes);
  }
}

// Beside what is said already: the installation that was chosen stands there too.
function tellLost() {
  said.querySelector("[data-lost]")?.remove();
  const note = document.createElement("p");
  note.className = "note bad";
  note.dataset.lost = "";
  note.textContent = paper.dataset.lost;
  said.prepend(note);
  feedback("refused");
}

async function store(event) {
  if (event.target.id !== "line") return;
  event.preventDefault();
  if (storing) return;
  clearTimeout(timer);
  asked?.abort();
  asked = null;
  storing = true;
  const button = event.submitter;
  const form = event.target;
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, button),
      headers: { "X-Part": "work" },
    });
    if (![200, 422].includes(answer.status)) return form.submit(); // its page says what is wrong
    replaceParts(await answer.text());
  } catch {
    button?.removeAttribute("aria-busy");
    storing = false;
    kept = [];
    tellLost();
    return;
  }
  storing = false;
  go(paper.querySelector("[autofocus]"));
  feedback(said.dataset.outcome);
  again();
}

if (said && line()) {
  paper.addEventListener("keydown", typed);
  paper.addEventListener("submit", store);
  paper.addEventListener("change", (event) => { // of a line that is being stored nothing is asked
    if (!storing && event.target.matches("#line .cell input")) ask();
  });
  paper.addEventListener("input", (event) => {
    if (event.target.name === "number") unfold();
  });
  paper.addEventListener("focusin", (event) => {
    if (event.target.matches("#line .cell input")) event.target.select();
  });
  go(paper.querySelector("[autofocus]"));
}
