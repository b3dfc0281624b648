/**
 * What we ask of a workflow beyond what actionlint does: no job can do more than it has to, and one that can publish runs
 * nothing that other people wrote.
 */
import { parse } from "yaml";
import { type JsonObject, objectOf } from "../../src/base/untrusted-json.ts";

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
/** What starts code of this repository or of its dependencies. */
const OTHERS_CODE =
  /\b(npm (ci|i|install|run|test|exec|x|start|pack|rebuild)|npx|node|bash|sh|make|pip|source)\b|(^|[\s;&|])\.{1,2}\/[\w-]+(?!\S*\.tgz)/m;

export const fieldsOf = (value: unknown): JsonObject => objectOf(value) ?? {};
export const listOf = (value: unknown): readonly JsonObject[] => [value].flat().map(fieldsOf);

/** Sentences; none if all is well. */
export function workflowFaults(text: string): string[] {
  const { on, permissions, jobs } = fieldsOf(parse(text));
  const faults: string[] = [];
  const unsafe = Object.keys(typeof on === "string" ? { [on]: null } : fieldsOf(on)).filter((event) =>
    /^(pull_request_target|workflow_run|issue_comment)$/.test(event),
  );
  for (const event of unsafe) faults.push(`${event} runs with this repository's rights on what others wrote`);
  if (JSON.stringify(permissions) !== "{}") faults.push("permissions of all jobs are not {}");
  for (const [name, value] of Object.entries(fieldsOf(jobs)))
    faults.push(...jobFaults(fieldsOf(value)).map((fault) => `${name}: ${fault}`));
  for (const [, comment = ""] of text.matchAll(/uses: \S+(.*)$/gm))
    if (!/^ # v\d+\.\d+\.\d+$/.test(comment)) faults.push("an action does not say its version");
  return faults;
}

function jobFaults(job: JsonObject): string[] {
  const faults: string[] = [];
  if (job.permissions === undefined) faults.push("no permissions of its own");
  const mayWrite =
    typeof job.permissions === "string" || Object.values(fieldsOf(job.permissions)).includes("write");
  if (typeof job["timeout-minutes"] !== "number") faults.push("no timeout");
  if (job.uses !== undefined) faults.push("a workflow from elsewhere");
  for (const step of listOf(job.steps)) {
    const { uses, run } = step;
    if (typeof uses === "string" && !PINNED.test(uses)) faults.push(`${uses} is not pinned to a commit`);
    if (typeof run === "string" && run.includes("${{"))
      faults.push("an expression in a script: pass it in env");
    if (/^actions\/checkout@/.test(String(uses)) && fieldsOf(step.with)["persist-credentials"] !== false)
      faults.push("the checkout keeps its token");
    if (mayWrite && /^actions\/checkout@/.test(String(uses)))
      faults.push("may write, and checks out sources");
    if (mayWrite && typeof run === "string" && OTHERS_CODE.test(run))
      faults.push(`may write, and runs what others wrote: ${run}`);
    if (!mayWrite && /\bsecrets\.|github\.token/.test(JSON.stringify(step))) faults.push("gets a secret");
  }
  return faults;
}
