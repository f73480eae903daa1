// The wizard that creates virtual machines, with a network and a load balancer if wanted.
import Button from "@cloudscape-design/components/button";
import Wizard from "@cloudscape-design/components/wizard";
import { useState } from "react";
import { useCloud } from "../../../app/context";
import { go, useRoute } from "../../../app/route";
import { everyVpc } from "../../../api/listings";
import { defaultNetwork, subnetsOf } from "../../../cloud/lookups";
import { listed } from "../../../cloud/names";
import { machineSteps, type Outcome, prepare } from "../../../cloud/recipes/createMachines";
import { ChangePanel } from "../../../parts/ChangePanel";
import { useChange } from "../../../parts/useChange";
import { useRead } from "../../../parts/useRead";
import { Basics } from "./Basics";
import { type Form, fromParams, isFine, NEW, problemsOf, wantedOf } from "./form";
import { Options } from "./Options";
import { Review } from "./Review";
import { Storage } from "./Storage";

const REVIEW = 3;

/** The list, narrowed to the new machines where one name tells them. */
function listPath(name: string): string {
  const given = listed(name);
  return given.length === 1 && given[0] ? `#/vms?${new URLSearchParams({ find: given[0] })}` : "#/vms";
}

export function CreateVms() {
  const cloud = useCloud();
  const { params } = useRoute();
  const [form, setForm] = useState(() => fromParams(params));
  const [step, setStep] = useState(0);
  const [checked, setChecked] = useState(false);
  const change = useChange();
  const networks = useRead("networks", everyVpc);
  const usual = networks.data && (defaultNetwork(networks.data)?.VpcId ?? NEW);
  const chosen = form.network || usual || NEW;
  const network = networks.data?.find((one) => one.VpcId === chosen);
  const subnets = useRead(`subnets ${chosen}`, async (from) => (chosen === NEW ? [] : subnetsOf(from, chosen)));

  const set = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const problems = problemsOf(form, chosen === NEW);
  const shown = (at: number) => (checked ? (problems[at] ?? {}) : {});

  const goTo = (wanted: number) => {
    const bad = problems.findIndex((one, at) => at < wanted && !isFine(one));
    setChecked(bad >= 0);
    setStep(bad >= 0 ? bad : wanted);
    return bad < 0;
  };

  const create = async () => {
    if (!goTo(REVIEW)) return;
    const outcome: Outcome = { machines: [], balanced: {} };
    await change.start({
      title: "Create virtual machines",
      build: async () => {
        const known = networks.data ?? (await everyVpc(cloud));
        const place = form.network === NEW ? undefined : (known.find((one) => one.VpcId === form.network) ?? defaultNetwork(known));
        const ready = await prepare(cloud, wantedOf(form, place));
        return machineSteps(cloud, ready, crypto.randomUUID(), outcome);
      },
      done: () => `Created ${outcome.machines.length === 1 ? "the machine" : `${outcome.machines.length} machines`}: ${outcome.machines.join(", ")}.`,
      onDone: () => go(listPath(form.name)),
    });
  };

  const stepProps = (at: number) => ({ form, set, problems: shown(at) });
  return (
    <ChangePanel title="Creating virtual machines" change={change}>
      <Wizard
        activeStepIndex={step}
        allowSkipTo
        onNavigate={({ detail }) => goTo(detail.requestedStepIndex)}
        onCancel={() => go("#/vms")}
        onSubmit={() => void create()}
        secondaryActions={step < REVIEW && <Button onClick={() => void create()}>Create now</Button>}
        i18nStrings={{
          stepNumberLabel: (number) => `Step ${number}`,
          collapsedStepsLabel: (number, count) => `Step ${number} of ${count}`,
          skipToButtonLabel: (target) => `Skip to ${target.title.toLowerCase()}`,
          navigationAriaLabel: "Steps",
          cancelButton: "Cancel",
          previousButton: "Previous",
          nextButton: "Next",
          submitButton: "Create",
          optional: "optional",
        }}
        steps={[
          {
            title: "Machines",
            content: (
              <Basics {...stepProps(0)} network={chosen} networks={networks.data ?? []} subnets={subnets.data ?? []} />
            ),
          },
          { title: "Image and disks", isOptional: true, content: <Storage {...stepProps(1)} /> },
          { title: "Access and options", isOptional: true, content: <Options {...stepProps(2)} /> },
          { title: "Review", content: <Review form={form} network={network} /> },
        ]}
      />
    </ChangePanel>
  );
}
