(() => {
  const root = document.documentElement, top = document.body.dataset.top || "";
  const set = (language, keep) => {
    language ? root.dataset.lang = language : delete root.dataset.lang;
    document.querySelectorAll(".lang button").forEach(one => one.setAttribute("aria-pressed", one.dataset.set === (language || "")));
    try { if (keep) localStorage.setItem("speech-language", language || "both"); } catch (error) { /* storage is off: the choice lasts for this page */ }
  };
  let kept = null;
  try { kept = localStorage.getItem("speech-language"); } catch (error) { /* as above */ }
  set(kept ? (kept === "both" ? "" : kept) : root.dataset.lang || "", false);
  document.querySelectorAll(".lang button").forEach(one => one.addEventListener("click", () => set(one.dataset.set, true)));

  const box = document.getElementById("search"), list = document.getElementById("found");
  let loading = null;
  const load = () => loading ||= new Promise(done => {
    const script = document.createElement("script");
    script.src = top + "book/search.js";
    script.onload = done;
    document.head.append(script);
  });
  const plain = text => text.toLowerCase();
  const find = words => {
    const hits = [];
    for (const [page, title, text] of window.SPEECH_SEARCH || []) {
      const low = plain(text), first = low.indexOf(words[0]);
      if (first < 0 || !words.every(word => low.includes(word))) continue;
      let count = 0;
      for (let at = first; at >= 0 && count < 3; at = low.indexOf(words[0], at + words[0].length), count++)
        hits.push([page, title, text, at]);
      if (hits.length >= 60) break;
    }
    return hits;
  };
  const show = async () => {
    const words = plain(box.value.trim()).split(/\s+/).filter(Boolean);
    list.hidden = !words.length;
    if (!words.length) return;
    await load();
    const hits = find(words);
    const items = hits.map(([page, title, text, at]) => {
      const line = document.createElement("a"), mark = document.createElement("mark"), name = document.createElement("b");
      const speech = page.startsWith("speeches/");
      line.href = top + page + (speech ? `#c${at}-${at + words[0].length}` : "");
      name.textContent = title;
      mark.textContent = text.slice(at, at + words[0].length);
      line.append(name, " ", text.slice(Math.max(0, at - 18), at), mark, text.slice(at + words[0].length, at + words[0].length + 30));
      return line;
    });
    const count = document.createElement("p");
    count.setAttribute("role", "status");
    count.textContent = hits.length ? `${hits.length} 处 found` : "没有找到 nothing found";
    list.replaceChildren(count, ...items);
  };
  box?.addEventListener("focus", load);
  box?.addEventListener("input", show);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") list.hidden = true;
    if (event.key === "/" && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) { event.preventDefault(); box?.focus(); }
  });
  list?.addEventListener("click", event => { if (event.target.closest("a")) list.hidden = true; });
})();
