/** The lines of an AWS config or credentials file, as Python's configparser reads them, which the AWS CLI uses. Pure. */

export type IniLine = { readonly text: string } & (
  | { readonly kind: "section"; readonly name: string }
  | { readonly kind: "setting"; readonly key: string; readonly value: string }
  /** Continues the setting above it. */
  | { readonly kind: "more"; readonly value: string }
  | { readonly kind: "blank" | "comment" }
  /** configparser would refuse the whole file. */
  | { readonly kind: "fault" }
);

/** The texts of the lines, with their line ends, add up to `text`. */
export function iniLines(text: string): IniLine[] {
  let hasSection = false;
  /** Of the setting that an indented line would continue. */
  let indent: number | undefined;
  return text.split(/(?<=\r\n|\n|\r(?!\n))/).flatMap((line): IniLine[] => {
    if (line === "") return [];
    const bare = line.replace(/^\ufeff/, "");
    const value = bare.trim();
    if (value === "") return [{ text: line, kind: "blank" }];
    if (/^[#;]/.test(value)) return [{ text: line, kind: "comment" }];
    const depth = bare.search(/\S/);
    if (indent !== undefined && depth > indent) return [{ text: line, kind: "more", value }];
    const [, name] = /^\[(.+)\]/.exec(value) ?? [];
    if (name !== undefined) {
      hasSection = true;
      indent = undefined;
      return [{ text: line, kind: "section", name }];
    }
    const [, key = "", setting = ""] = /^([^=:]*)[=:](.*)$/s.exec(value) ?? [];
    if (!hasSection || key.trim() === "") return [{ text: line, kind: "fault" }];
    indent = depth;
    return [{ text: line, kind: "setting", key: key.trim().toLowerCase(), value: setting.trim() }];
  });
}

/** The profile whose section of the config file has this name; undefined for sections of any other kind. */
export function profileOfSection(name: string): string | undefined {
  if (name === "default") return name;
  const [kind, profile, ...others] = name.startsWith("profile") ? shellWords(name) : [];
  return kind === undefined || others.length > 0 ? undefined : profile;
}

/** As Python's shlex.split: [] if a quotation does not end. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const [word] = /^(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/s.exec(rest) ?? [];
    if (word === undefined) return [];
    words.push(unquoted(word));
    rest = rest.slice(word.length);
    if (rest !== "" && !/^\s/.test(rest)) return [];
    rest = rest.trim();
  }
  return words;
}

function unquoted(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) =>
    double === undefined ? (single ?? escaped) : double.replace(/\\(["\\])/g, "$1"),
  );
}
