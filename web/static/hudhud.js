// What a keyboard and a pointer get on top of the pages, which are complete without it:
// suggestions while typing, keys to move between results, and colours that change without a reload.

const SOON = 120; // milliseconds of silence after which a pause in typing is one
const box = document.querySelector("#q");

/** A list of completions under the search box, as WAI-ARIA's combobox pattern has it. */
class Suggestions {
  constructor(input) {
    this.input = input;
    this.typed = input.value;
    this.chosen = -1;
    this.list = document.createElement("ul");
    this.list.id = "suggestions";
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.suggestions);
    this.list.hidden = true;
    input.parentElement.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // A press on a suggestion must not take the focus from the box first.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  get open() {
    return !this.list.hidden;
  }

  later() {
    this.typed = this.input.value;
    clearTimeout(this.timer);
    this.waiting?.abort();
    if (this.typed.trim()) this.timer = setTimeout(() => this.ask(this.typed), SOON);
    else this.close();
  }

  async ask(typed) {
    this.waiting = new AbortController();
    try {
      const answer = await fetch(`/api/suggest?q=${encodeURIComponent(typed)}`, { signal: this.waiting.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (typed === this.input.value && document.activeElement === this.input) this.show(found);
    } catch (problem) {
      // Suggestions are a help; without the network there are none, and the form still works.
      if (problem.name !== "AbortError") this.close();
    }
  }

  show(found) {
    this.chosen = -1;
    this.list.replaceChildren(...found.map((text, number) => suggestion(text, number)));
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(this.open));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.waiting?.abort();
    this.show([]);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.open) {
      this.input.value = this.typed;
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.open) {
      this.choose(event.key === "ArrowDown" ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves through the suggestions and what was typed, which is one before the first. */
  choose(step) {
    const items = [...this.list.children];
    const places = items.length + 1;
    this.chosen = ((this.chosen + 1 + step + places) % places) - 1;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === this.chosen)));
    const item = items[this.chosen];
    this.input.value = item ? item.textContent : this.typed;
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  take(item) {
    if (!item) return;
    this.input.value = item.textContent;
    this.close();
    this.input.form.requestSubmit();
  }
}

function suggestion(text, number) {
  const item = document.createElement("li");
  item.id = `suggestion-${number}`;
  item.dir = "auto";
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  if (/[ٹڈڑںےہھ]/u.test(text)) item.lang = "ur";
  else if (/\p{Script=Arabic}/u.test(text)) item.lang = "ar";
  else item.lang = "en";
  item.textContent = text;
  return item;
}

/** "/" goes to the box, arrows move between the results, Escape leaves the box. Enter opens a link by itself. */
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && event.target === box) {
    box.blur();
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!typing || (typing === box && event.key === "ArrowDown")) move(event);
  }
}

function move(event) {
  const links = [...document.querySelectorAll(".hits .title a")];
  if (links.length === 0) return;
  const now = links.findIndex((link) => link.closest("li").contains(document.activeElement));
  const next = now + (event.key === "ArrowDown" ? 1 : -1);
  if (now === -1 && event.key === "ArrowUp") return;
  event.preventDefault();
  if (next < 0) return box.focus();
  const link = links[Math.min(next, links.length - 1)];
  link.focus({ preventScroll: true });
  link.closest("li").scrollIntoView({ block: "nearest" });
}

/** The switch of colours turns over what is seen, at once, and has the choice remembered as the form would. */
function switchColours(button) {
  const root = document.documentElement;
  const dark = () =>
    root.dataset.theme === "dark" || (root.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const label = () => {
    button.value = dark() ? "light" : "dark";
    button.title = dark() ? button.dataset.light : button.dataset.dark;
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    root.dataset.theme = button.value;
    document.querySelector("meta[name=color-scheme]").content = button.value;
    fetch(button.form.action, { method: "POST", redirect: "manual", body: new URLSearchParams({ theme: button.value }) });
    label();
  });
  label();
}

if (box) new Suggestions(box);
document.addEventListener("keydown", keys);
document.querySelectorAll("button.theme").forEach(switchColours);
