/**
 * What package managers read, all from one description: a Homebrew formula, a Scoop manifest, and a PKGBUILD for the AUR. None of
 * them has been tried with its package manager. Pure.
 */

/**
 * `manifest`: package.json. `sums`: the SHA-256 of the archive of each target. Returns the text of each file by its name.
 */
export function manifests({ version, description, homepage, license, repository }, sums) {
  const source = repository.url.replace(/^git\+|\.git$/g, "");
  const project = {
    version,
    license,
    homepage: homepage.replace(/#.*/, ""),
    about: description.replace(/"/g, ""),
    source,
    url: (target, number = version) => `${source}/releases/download/v${number}/${archiveOf(target, number)}`,
    sum(target) {
      if (!/^[0-9a-f]{64}$/.test(sums[target] ?? "")) throw new Error(`there is no checksum for ${target}`);
      return sums[target];
    },
  };
  return { "twinseed.rb": formula(project), "twinseed.json": scoop(project), PKGBUILD: pkgbuild(project) };
}

export function archiveOf(target, version) {
  return `twinseed-${version}-${target}.${target.startsWith("windows") ? "zip" : "tar.gz"}`;
}

function formula({ version, license, homepage, about, url, sum }) {
  const source = (target) => `      url "${url(target)}"\n      sha256 "${sum(target)}"`;
  return `class Twinseed < Formula
  desc "${about}"
  homepage "${homepage}"
  version "${version}"
  license "${license}"

  on_macos do
    on_arm do
${source("darwin-arm64")}
    end
    on_intel do
${source("darwin-x64")}
    end
  end

  on_linux do
    on_arm do
${source("linux-arm64")}
    end
    on_intel do
${source("linux-x64")}
    end
  end

  def install
    # The keyring binding has to lie next to the executable.
    libexec.install "twinseed", "keyring.node"
    bin.install_symlink libexec/"twinseed"
    man1.install "twinseed.1"
    bash_completion.install "completions/twinseed.bash" => "twinseed"
    zsh_completion.install "completions/_twinseed"
    fish_completion.install "completions/twinseed.fish"
    doc.install "LICENSE.txt", "THIRD-PARTY.txt"
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/twinseed --version").chomp
  end
end
`;
}

function scoop({ version, license, homepage, about, source, url, sum }) {
  const folder = (number) => archiveOf("windows-x64", number).replace(/\.zip$/, "");
  const content = {
    version,
    description: about,
    homepage,
    license,
    architecture: {
      "64bit": { url: url("windows-x64"), hash: sum("windows-x64"), extract_dir: folder(version) },
    },
    bin: "twinseed.exe",
    checkver: { github: source },
    autoupdate: {
      architecture: { "64bit": { url: url("windows-x64", "$version"), extract_dir: folder("$version") } },
    },
  };
  return `${JSON.stringify(content, null, 4)}\n`;
}

/** "!strip": that would cut off what Bun has appended to its own program. */
function pkgbuild({ version, license, homepage, about, url, sum }) {
  const arch = { x86_64: "linux-x64", aarch64: "linux-arm64" };
  const sources = Object.entries(arch).flatMap(([name, target]) => [
    `source_${name}=("${url(target)}")`,
    `sha256sums_${name}=("${sum(target)}")`,
  ]);
  return `pkgname=twinseed-bin
pkgver=${version}
pkgrel=1
pkgdesc="${about}"
arch=(${Object.keys(arch).join(" ")})
url="${homepage}"
license=(${license})
depends=(glibc gcc-libs)
optdepends=('gnome-keyring: keeps the seeds' 'kwallet: keeps the seeds' 'wl-clipboard: code --copy' 'xclip: code --copy' 'git: sync')
provides=(twinseed)
conflicts=(twinseed)
options=(!strip !debug)
${sources.join("\n")}

package() {
  cd "$srcdir/twinseed-$pkgver-"*
  install -Dm755 twinseed "$pkgdir/usr/lib/twinseed/twinseed"
  install -Dm644 keyring.node "$pkgdir/usr/lib/twinseed/keyring.node"
  install -dm755 "$pkgdir/usr/bin"
  ln -s ../lib/twinseed/twinseed "$pkgdir/usr/bin/twinseed"
  install -Dm644 twinseed.1 "$pkgdir/usr/share/man/man1/twinseed.1"
  install -Dm644 completions/twinseed.bash "$pkgdir/usr/share/bash-completion/completions/twinseed"
  install -Dm644 completions/_twinseed "$pkgdir/usr/share/zsh/site-functions/_twinseed"
  install -Dm644 completions/twinseed.fish "$pkgdir/usr/share/fish/vendor_completions.d/twinseed.fish"
  install -Dm644 LICENSE.txt THIRD-PARTY.txt -t "$pkgdir/usr/share/licenses/$pkgname"
}
`;
}
