// A cloud that answers from a table and remembers what changed it.
import { Cloud } from "../src/api/client";
import type { Operation, Results } from "../src/api/operations";

type Answers = Partial<Record<Operation, unknown | ((args: Record<string, unknown>) => unknown)>>;

export class FakeCloud extends Cloud {
  readonly changes: [string, Record<string, unknown>][] = [];

  constructor(private readonly answers: Answers) {
    super("eu-west-1");
  }

  override async call<O extends Operation>(operation: O, args: Record<string, unknown> = {}): Promise<Results[O]> {
    if (!operation.includes("/Describe")) this.changes.push([operation, args]);
    const answer = this.answers[operation];
    if (answer === undefined) throw new Error(`The fake cloud has no answer to ${operation}.`);
    return (typeof answer === "function" ? answer(args) : answer) as Results[O];
  }
}
