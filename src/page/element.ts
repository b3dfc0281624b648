/** Builds the page's elements. Text from a backup becomes text nodes, never markup. */

type Properties = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;
type Child = Node | string;

/** Strings become attributes, `true` an empty one, and functions listeners; "class" is an attribute as in HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

let labels = 0;

/** A field with its label above it, and a hint that screen readers read with it. */
export function labeled(text: string, field: HTMLElement, hint = ""): HTMLElement {
  field.id = `field-${++labels}`;
  const label = element("label", { for: field.id }, text);
  if (hint === "") return element("div", { class: "field" }, label, field);
  const note = element("p", { class: "hint", id: `${field.id}-hint` }, hint);
  field.setAttribute("aria-describedby", note.id);
  return element("div", { class: "field" }, label, field, note);
}

/** Nothing of what is typed is corrected, kept, offered again, or sent to a spelling service. */
export const PRIVATE = {
  autocomplete: "off",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: "false",
  writingsuggestions: "false",
  translate: "no",
  "data-1p-ignore": true,
  "data-lpignore": "true",
  "data-bwignore": true,
} as const;

export function button(text: string, click: () => void, kind = "plain"): HTMLButtonElement {
  return element("button", { type: "button", class: kind, click }, text);
}

/** Waits until the browser has drawn what was changed. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
