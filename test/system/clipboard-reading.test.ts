/** With tools played by shell scripts; the real ones are in test/e2e and test/real. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPicture, readText } from "../../src/system/desktop/clipboard-reading.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { pathOf } from "../helpers/desktop.ts";

const LIMIT = 1000;
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** An xclip that says these types, and prints the type that it is asked for. */
const xclip = (types: string, rest = 'printf "as %s" "$5"') =>
  `if [ "$5" = TARGETS ]; then printf '${types}'; else ${rest}; fi`;
const x = (script: string) => ({ DISPLAY: ":0", PATH: pathOf({ xclip: script }) });

describe("xclip", () => {
  it.each([
    ["image/jpeg\\nimage/png\\nUTF8_STRING\\n", "as image/png", "as UTF8_STRING"],
    ["TIMESTAMP\\nimage/tiff\\nimage/x-bmp\\n", "as image/x-bmp", undefined],
    ["image/tiff\\n", "as image/tiff", undefined],
    ["TARGETS\\nSTRING\\ntext/plain\\n", undefined, "as text/plain"],
    ["image/png;$(id)\\n--help\\nimage/-i -o x\\n", undefined, undefined],
    ["", undefined, undefined],
  ])("that offers %j: picture %j, text %j", async (types, picture, plain) => {
    const env = x(xclip(types));
    expect(text(await readPicture(env, LIMIT))).toBe(picture);
    expect(text(await readText(env, LIMIT))).toBe(plain);
  });

  it("that fails at a picture which it has offered", async () => {
    const env = x(xclip("image/png\\n", "echo gone >&2; exit 1"));
    await expect(readPicture(env, LIMIT)).rejects.toMatchObject({
      exitCode: 1,
      message: '"xclip" could not read the clipboard: gone',
    });
  });

  it("that gives too much", async () => {
    const env = x(xclip("image/png\\nSTRING\\n", "exec /usr/bin/yes"));
    await expect(readPicture(env, LIMIT)).rejects.toMatchObject({ exitCode: 5 });
    await expect(readText(env, LIMIT)).rejects.toMatchObject({ exitCode: 5 });
  });
});

it("xsel alone: text, and a word about pictures", async () => {
  const env = (script: string) => ({ DISPLAY: ":0", PATH: pathOf({ xsel: script }) });
  expect(await readPicture(env("echo x"), LIMIT)).toBeUndefined();
  expect(text(await readText(env("echo x"), LIMIT))).toBe("x\n");
  await expect(readText(env(""), LIMIT)).rejects.toMatchObject({
    exitCode: 5,
    hints: ['for a picture: install the package "xclip"'],
  });
});

it("macOS: the picture as hexadecimal, none as a failure", async () => {
  const env = (osascript: string) => ({ PATH: pathOf({ osascript, pbpaste: "printf key", pbcopy: "" }) });
  const some = env("echo '«data PNGf89504E470D0A»'");
  expect([...((await readPicture(some, LIMIT, "darwin")) ?? [])]).toEqual([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a,
  ]);
  const none = env(
    'echo "execution error: Can\'t make some data into the expected type. (-1700)" >&2; exit 1',
  );
  expect(await readPicture(none, LIMIT, "darwin")).toBeUndefined();
  expect(text(await readText(none, LIMIT, "darwin"))).toBe("key");
});

describe("macOS, a file that was copied in Finder", () => {
  const env = (path: string) => ({
    PATH: pathOf({
      osascript: `case "$*" in *furl*) echo '${path}';; *) echo '«data PNGf89504E470D0A»';; esac`,
      pbpaste: "printf name",
      pbcopy: "",
    }),
  });

  it("is read, not its icon", async () => {
    const path = join(temporaryFolder(), "a b\u202fc.png");
    writeFileSync(path, "the picture");
    expect(text(await readPicture(env(path), LIMIT, "darwin"))).toBe("the picture");
  });

  it("is bounded, and no folder, pipe or relative path", async () => {
    const path = join(temporaryFolder(), "big.png");
    writeFileSync(path, Buffer.alloc(LIMIT + 1));
    await expect(readPicture(env(path), LIMIT, "darwin")).rejects.toMatchObject({ exitCode: 5 });
    for (const other of [temporaryFolder(), "/dev/zero", "big.png", join(temporaryFolder(), "gone")])
      expect(await readPicture(env(other), LIMIT, "darwin")).toHaveLength(6);
  });
});

it("macOS: text is UTF-8, whatever the locale", async () => {
  const pbpaste = 'case "$LC_ALL" in *UTF-8) printf "caf\\303\\251";; *) printf "caf\\216";; esac';
  for (const locale of [{}, { LC_ALL: "C" }, { LANG: "C" }]) {
    const env = { PATH: pathOf({ osascript: "exit 1", pbpaste, pbcopy: "" }), ...locale };
    expect(text(await readText(env, LIMIT, "darwin"))).toBe("café");
  }
});

it("Windows and WSL: the picture as base64, none as nothing", async () => {
  const env = (rest: string) => ({
    WSL_DISTRO_NAME: "Debian",
    PATH: pathOf({
      "clip.exe": "",
      "powershell.exe": `case "$4" in *Image*) ${rest};; *) printf key;; esac`,
    }),
  });
  expect(text(await readPicture(env("printf 'aGVsbG8=\\r\\n'"), LIMIT))).toBe("hello");
  expect(await readPicture(env(":"), LIMIT)).toBeUndefined();
  expect(text(await readText(env(":"), LIMIT))).toBe("key");
});
