// What comes in by itself. It is shown at once where nobody reads; where somebody does, nothing
// moves: it waits behind a button. Who hears the page is told politely.
"use strict";
(() => {
  const rings = document.getElementById("rings");
  const button = document.getElementById("held");
  const announced = document.getElementById("announced");
  const state = document.getElementById("state");
  const title = document.title;
  const MOST = 60; // cards on the page
  let waiting = []; // what came while somebody read
  let trouble = 0; // a timer: short gaps are not worth a word

  const cardsOf = (markup) => {
    const box = document.createElement("template");
    box.innerHTML = markup;
    return [...box.content.querySelectorAll("article[id]")];
  };

  const isRead = () => {
    const chosen = document.getSelection();
    return (
      window.scrollY > 60 ||
      rings.matches(":hover, :focus-within") ||
      (!chosen.isCollapsed && rings.contains(chosen.anchorNode))
    );
  };

  const announce = (cards) => {
    const said = cards.map((card) => card.dataset.said);
    announced.textContent = said.length > 3 ? `${said.length} stories rang` : said.join(". ");
  };

  const tidy = () => {
    const seen = new Set();
    for (const card of [...rings.querySelectorAll("article[id]")]) {
      if (seen.has(card.id) || seen.size >= MOST) card.remove();
      seen.add(card.id);
    }
    document.getElementById("none")?.remove();
  };

  const say = () => {
    const number = new Set(waiting.flatMap((markup) => cardsOf(markup).map((card) => card.id))).size;
    button.hidden = number === 0;
    button.textContent = number === 1 ? "1 story rang: show it" : `${number} stories rang: show them`;
    document.title = number === 0 ? title : `(${number}) ${title}`;
  };

  const show = () => {
    for (const markup of waiting) rings.insertAdjacentHTML("afterbegin", markup);
    waiting = [];
    tidy();
    say();
  };

  document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.target !== rings) {
      if (event.target.matches(":focus-within")) event.preventDefault();
      return;
    }
    announce(cardsOf(event.detail.data));
    if (isRead()) {
      event.preventDefault();
      waiting.push(event.detail.data);
      waiting = waiting.slice(-MOST);
      say();
    }
  });
  document.body.addEventListener("htmx:sseMessage", tidy);
  document.body.addEventListener("htmx:sseOpen", () => {
    clearTimeout(trouble);
    trouble = 0;
    state.textContent = "Live";
    state.className = "meta live";
  });
  document.body.addEventListener("htmx:sseError", () => {
    if (trouble) return;
    trouble = setTimeout(() => {
      state.textContent = "Not connected: what rings now is not shown. Trying again.";
      state.className = "meta failed";
    }, 10000);
  });
  button.addEventListener("click", () => {
    show();
    window.scrollTo({ top: 0 });
    document.getElementById("rings-heading").focus({ preventScroll: true });
  });

  // "3 min ago" is true for a minute.
  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
      const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ["s", 1];
      time.textContent = `${Math.floor(seconds / size)} ${unit} ago`;
    }
  }, 15000);
})();
