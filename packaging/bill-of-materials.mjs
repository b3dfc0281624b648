/**
 * twinseed.cdx.json: what is in the package (CycloneDX 1.6). The packages that are bundled, and those that npm installs with it;
 * not those that we build and test with, which no user gets. Without a time and a random number: the same sources make the same bytes.
 */

/** `own`: package.json. `bundled`: see packages.mjs. `locked`: the packages of package-lock.json. */
export function billOfMaterials(own, bundled, locked) {
  const components = [
    ...bundled.map(({ key, ...one }) => component({ ...locked[key], ...one }, "bundled")),
    ...Object.entries(locked)
      .filter(([key, { dev }]) => key !== "" && !dev)
      .map(([key, one]) =>
        component(
          { ...one, name: key.replace(/^.*node_modules\//, "") },
          one.optional ? "on its platform" : "installed",
        ),
      ),
  ];
  const root = { type: "application", ...identity(own.name, own.version), licenses: licensed(own.license) };
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: root },
    components,
    dependencies: [{ ref: root["bom-ref"], dependsOn: components.map((one) => one["bom-ref"]) }],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

/** `how`: bundled into dist/, installed by npm with twinseed, or installed on one platform. */
function component({ name, version, license, integrity }, how) {
  const [algorithm, hash = ""] = integrity.split("-");
  return {
    type: "library",
    ...identity(name, version),
    scope: how === "on its platform" ? "optional" : "required",
    licenses: licensed(license),
    hashes: [{ alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(hash, "base64").toString("hex") }],
    properties: [{ name: "twinseed:how", value: how }],
  };
}

function identity(fullName, version) {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.*)$/.exec(fullName);
  const purl = `pkg:npm/${group ? `${group.replace("@", "%40")}/` : ""}${name}@${version}`;
  return { "bom-ref": purl, ...(group && { group }), name, version, purl };
}

function licensed(license) {
  return /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}
