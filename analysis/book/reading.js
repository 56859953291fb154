(() => {
  const ready = root => {
    if (root.dataset.ready) return;
    root.dataset.ready = "1";
    const notes = JSON.parse(root.querySelector(".notes").textContent);
    const note = root.querySelector(".note");
    const pieces = [...root.querySelectorAll(".text [data-n]")];
    let lit = [];
    const off = () => { note.classList.remove("on"); lit.forEach(one => one.classList.remove("lit")); lit = []; };
    const on = piece => {
      off();
      const numbers = new Set(piece.dataset.n.split(" "));
      note.replaceChildren(...[...numbers].map(number => {
        const line = document.createElement("div");
        line.textContent = notes[+number];
        return line;
      }));
      note.classList.add("on");
      const box = piece.getBoundingClientRect(), room = root.getBoundingClientRect();
      note.style.left = Math.max(0, Math.min(box.left - room.left, room.width - note.offsetWidth)) + "px";
      note.style.top = box.bottom - room.top + 6 + "px";
      const group = piece.dataset.g;
      lit = group ? pieces.filter(one => one.dataset.g === group) : [piece];
      lit.forEach(one => one.classList.add("lit"));
    };
    root.addEventListener("mouseover", event => { const piece = event.target.closest("[data-n]"); piece ? on(piece) : off(); });
    root.addEventListener("focusin", event => { const piece = event.target.closest("[data-n]"); if (piece) on(piece); });
    root.addEventListener("mouseleave", off);
    document.addEventListener("keydown", event => { if (event.key === "Escape") off(); });
  };
  const go = () => {
    const found = /^#c(\d+)-(\d+)$/.exec(location.hash);
    if (!found) return;
    const [start, end] = [+found[1], +found[2]];
    document.querySelectorAll(".found").forEach(one => one.classList.remove("found"));
    const all = [...document.querySelectorAll(".text [data-s]")];
    const hit = all.filter((one, place) => {
      const from = +one.dataset.s, to = from + one.textContent.length;
      return from < end && to > start;
    });
    hit.forEach(one => one.classList.add("found"));
    if (hit.length) hit[0].scrollIntoView({block: "center"});
  };
  document.querySelectorAll(".reading").forEach(ready);
  go();
  addEventListener("hashchange", go);
})();
