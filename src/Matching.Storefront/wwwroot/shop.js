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

// A page's live part is asked for again when what it shows has changed: first a number, then, if it grew, the page.
const look = async () => {
  const part = document.getElementById("live");
  if (!part) return;
  try {
    if (!document.hidden) {
      const url = part.dataset.live;
      const told = url ? await fetch(url) : null;
      // A shop that is busy says so instead of a number: the page would only add to that.
      if (!told || (told.ok && await told.text() !== part.dataset.version)) {
        const page = await fetch(location.href, { headers: { accept: "text/html" } });
        const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("live");
        // What somebody is typing in, or is being asked, stays as it is; a later look brings the rest.
        const busy = part.querySelector(":popover-open")
          || (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));
        if (page.ok && fresh && !busy) {
          const said = fresh.dataset.say;
          if (said && said !== part.dataset.say) document.getElementById("said").textContent = said;
          morph(part, fresh);
        }
      }
    }
  } catch (error) {
    // The shop is away or restarting: the page stays as it is and asks again.
    console.debug("not refreshed", error);
  }
  setTimeout(look, Number(part.dataset.every));
};
addEventListener("load", () => setTimeout(look, Number(document.getElementById("live")?.dataset.every ?? 1000)));
