/** Other programs that print a code, with the same seed, where they are installed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KEY, URI } from "./homes.mjs";
import { isInstalled } from "./measure.mjs";

/** Commands for measure(), by name; left out where a program is missing. `keyring`: environment of a Secret Service. */
export function peers(folder, bare, keyring) {
  const list = {};
  if (isInstalled("oathtool")) list.oathtool = { command: ["oathtool", "--totp", "-b", KEY], env: bare };
  if (isInstalled("oathtool") && keyring !== undefined) list.secretTool = secretTool(keyring);
  if (isInstalled("pass") && isInstalled("gpg") && isInstalled("oathtool")) list.pass = pass(bare);
  if (isInstalled("keepassxc-cli")) list.keepassxc = keepassxc(folder, bare);
  return Object.fromEntries(Object.entries(list).filter(([, one]) => one !== undefined));
}

function secretTool(env) {
  const words = ["service", "bench", "user", "alice"];
  done("secret-tool", ["store", "--label", "bench", ...words], { env, input: KEY });
  const script = `oathtool --totp -b - <<EOT\n$(secret-tool lookup ${words.join(" ")})\nEOT`;
  return { command: ["sh", "-c", script], env };
}

/** Its agent is running and asks nothing; undefined where the otp extension is missing. */
function pass(bare) {
  const home = mkdtempSync(join(tmpdir(), "p-")); // its agent's socket must have a short path
  const env = { ...bare, GNUPGHOME: join(home, "g"), PASSWORD_STORE_DIR: join(home, "store") };
  mkdirSync(env.GNUPGHOME, { mode: 0o700 });
  const owner = "bench@example.org";
  done("gpg", ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", owner], { env });
  done("pass", ["init", owner], { env });
  if (spawnSync("pass", ["otp", "insert", "alice"], { env, input: `${URI}\n` }).status !== 0)
    return undefined;
  return { command: ["pass", "otp", "alice"], env };
}

/** With a key derivation of a hundredth of its default second, as what it shows is the rest. */
function keepassxc(folder, env) {
  const field = (key, value) => `<String><Key>${key}</Key><Value>${value}</Value></String>`;
  const entry = `<Entry>${field("Title", "alice")}${field("otp", URI.replaceAll("&", "&amp;"))}</Entry>`;
  const xml = join(folder, "keepassxc.xml");
  writeFileSync(
    xml,
    `<KeePassFile><Meta/><Root><Group><Name>Root</Name>${entry}</Group></Root></KeePassFile>`,
  );
  const database = join(folder, "keepassxc.kdbx");
  done("keepassxc-cli", ["import", "-q", "-p", "-t", "100", xml, database], { env, input: "x\nx\n" });
  return { command: ["keepassxc-cli", "show", "-q", "-t", database, "alice"], env, input: "x\n" };
}

function done(program, args, options) {
  const { status, stderr, error } = spawnSync(program, args, { ...options, encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
