// What is shown once (a link, a key) is selected, so that copying it takes one key.

document.querySelector("[data-once]")?.select();
