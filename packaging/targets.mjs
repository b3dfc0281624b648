/** The systems that the executable is built for, and what it is made of there. */
import { readFileSync } from "node:fs";

export const BUN = "1.4.5";

/** `bun`: the package of Bun's executable, and its hash in npm's registry; `keyring`: the package of the keyring binding. */
export const TARGETS = {
  "linux-x64": {
    bun: "linux-x64",
    integrity:
      "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
    keyring: "linux-x64-gnu",
  },
  "linux-arm64": {
    bun: "linux-aarch64",
    integrity:
      "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
    keyring: "linux-arm64-gnu",
  },
  "linux-x64-musl": {
    bun: "linux-x64-musl",
    integrity:
      "sha512-10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==",
    keyring: "linux-x64-musl",
  },
  "darwin-arm64": {
    bun: "darwin-aarch64",
    integrity:
      "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
    keyring: "darwin-arm64",
  },
  "darwin-x64": {
    bun: "darwin-x64",
    integrity:
      "sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
    keyring: "darwin-x64",
  },
  "windows-x64": {
    bun: "windows-x64",
    integrity:
      "sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
    keyring: "win32-x64-msvc",
  },
};

/** The target that runs on this machine; undefined if none does. */
export function ownTarget({ platform, arch, report } = process) {
  const isMusl = platform === "linux" && report.getReport().header.glibcVersionRuntime === undefined;
  const name = `${platform === "win32" ? "windows" : platform}-${arch}${isMusl ? "-musl" : ""}`;
  return name in TARGETS ? name : undefined;
}

export function executableOf(target) {
  return target.startsWith("windows") ? "twinseed.exe" : "twinseed";
}

/** What Debian calls the targets that a package is made for. */
export const DEBIAN = { "linux-x64": "amd64", "linux-arm64": "arm64" };

export const debOf = (target, version) => `twinseed_${version}_${DEBIAN[target]}.deb`;

/** A target's keyring binding: the package, its version and hash as package-lock.json has them, and the file in it. */
export function keyringOf(target) {
  const { keyring } = TARGETS[target];
  const name = `@napi-rs/keyring-${keyring}`;
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const { version, integrity } = packages[`node_modules/${name}`];
  return { name, version, integrity, file: `keyring.${keyring}.node` };
}
