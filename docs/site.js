// What scrolls sideways can be reached and scrolled by keyboard.
addEventListener("load", () => {
  for (const box of document.querySelectorAll("pre, .wide, .cell_output, .table-wrapper, .output figure"))
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});
