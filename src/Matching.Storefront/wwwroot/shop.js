// Counts down in the browser, so that a page full of open teams asks the server nothing.
customElements.define("count-down", class extends HTMLElement {
  static observedAttributes = ["left", "stands"];

  connectedCallback() { this.begin(); }
  disconnectedCallback() { clearInterval(this.timer); }
  attributeChangedCallback() { if (this.isConnected) this.begin(); }

  begin() {
    clearInterval(this.timer);
    const left = Number(this.getAttribute("left"));
    const start = performance.now();
    const stands = this.hasAttribute("stands");
    const show = () => {
      const seconds = Math.max(0, Math.ceil((left - (stands ? 0 : performance.now() - start)) / 1000));
      const two = n => String(n).padStart(2, "0");
      this.textContent = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      this.classList.toggle("soon", seconds < 600);
    };
    show();
    if (!stands) this.timer = setInterval(show, 1000);
  }
});

// Copying the share link needs no trip to the server either.
document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const before = button.textContent;
  const field = button.parentElement.querySelector("input");
  // A phone has a sheet of its own for sharing.
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ title: button.dataset.share, url: button.dataset.copy }).catch(error => console.debug("not shared", error));
    return;
  }
  if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copy);
  else field?.select();
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 1500);
});

// Makes one tree like another, and leaves what is alike: focus and place stay. Rows of different things are never made into each other.
const key = node => node.dataset && (node.dataset.order ?? node.dataset.team ?? node.dataset.campaign ?? node.dataset.refund);
const morph = (from, to) => {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE || from.nodeName !== to.nodeName || key(from) !== key(to)) {
    from.replaceWith(to);
    return;
  }
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  const old = [...from.childNodes], wanted = [...to.childNodes];
  wanted.forEach((child, i) => old[i] ? morph(old[i], child) : from.append(child));
  old.slice(wanted.length).forEach(child => child.remove());
};

// A page's live part is sent again when what it shows has changed; while nobody sees the page, nobody sends.
customElements.define("live-part", class extends HTMLElement {
  turn = () => document.hidden ? this.close() : this.open();

  connectedCallback() {
    for (const what of ["visibilitychange", "focusout", "toggle"]) document.addEventListener(what, this.turn, true);
    this.turn();
  }

  disconnectedCallback() {
    for (const what of ["visibilitychange", "focusout", "toggle"]) document.removeEventListener(what, this.turn, true);
    this.close();
  }

  close() {
    clearTimeout(this.later);
    this.source?.close();
    this.source = null;
  }

  open() {
    // After what was told: focus moves on, and a question closes, once this event is over.
    setTimeout(() => this.show());
    if (this.source) return;
    const source = this.source = new EventSource(this.dataset.live + location.pathname + location.search);
    source.onmessage = ({ data }) => {
      this.news = data;
      this.show();
    };
    source.onerror = () => {
      // A lost connection comes back by itself; a refusal, as of a shop that is busy, is asked again, not by all at once.
      if (source.readyState !== EventSource.CLOSED || source !== this.source) return;
      this.close();
      this.later = setTimeout(this.turn, 3000 + 3000 * Math.random());
    };
  }

  // What somebody is typing in, or is being asked, stays as it is; the newest part waits until that is over.
  show() {
    const busy = this.querySelector(":popover-open")
      || (this.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));
    this.toggleAttribute("waits", !!(this.news && busy));
    if (!this.news || busy) return;
    const fresh = new DOMParser().parseFromString(this.news, "text/html").querySelector("live-part");
    this.news = null;
    if (fresh.dataset.say && fresh.dataset.say !== this.dataset.say) document.getElementById("said").textContent = fresh.dataset.say;
    morph(this, fresh);
  }
});
