// Keys of every page: "/" goes to the field 'Scan of zoek', Esc takes the page's way back.
// "/" is off where body has data-keys="off" (WCAG 2.1.4); Esc is no character and stays.

const TYPED_IN = "input, select, textarea, [contenteditable]";

const visible = (element) => element !== null && element.getClientRects().length > 0;

function openSheet() {
  return document.querySelector("details[data-sheet][open]");
}

function goToFind(event) {
  const find = document.querySelector("#find");
  if (document.body.dataset.keys === "off" || event.target.closest?.(TYPED_IN)) return;
  if (!visible(find)) return;
  event.preventDefault();
  find.focus();
  find.select();
}

// Esc already means something in a list, a text area, and a search field that holds text.
function hasOwnEscape(target) {
  return target.matches?.("select, textarea") || (target.type === "search" && target.value !== "");
}

function goBack(event) {
  const sheet = openSheet();
  if (sheet) {
    sheet.open = false;
    sheet.querySelector("summary").focus();
    return;
  }
  const back = document.querySelector("a[data-back]");
  if (!back || hasOwnEscape(event.target)) return;
  event.preventDefault();
  back.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") goToFind(event);
  if (event.key === "Escape") goBack(event);
});

document.addEventListener("click", (event) => {
  const sheet = openSheet();
  if (sheet && !sheet.contains(event.target)) sheet.open = false;
});
