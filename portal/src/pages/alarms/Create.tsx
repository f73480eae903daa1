// An alarm on a machine's CPU. The call and its arguments are those of the recipe `set an alarm`.
import { useState } from "react";
import type { Cloud } from "../../api/client";
import type { Instance } from "../../api/wire";
import { useCloud } from "../../app/context";
import { go, useRoute } from "../../app/route";
import { findMachine } from "../../cloud/machines";
import { labelOf } from "../../cloud/tags";
import { Choice, NumberField, TextField } from "../../parts/fields";
import { FormPage } from "../../parts/FormPage";
import { MachineField } from "../../parts/MachineField";

interface Wanted {
  name: string;
  percent: number;
  minutes: number;
  operator: string;
}

function put(cloud: Cloud, machine: Instance, { name, percent, minutes, operator }: Wanted) {
  const isFives = minutes % 5 === 0;
  return cloud.call("cloudwatch/PutMetricAlarm", {
    AlarmName: name || `${labelOf(machine)}-cpu`,
    Namespace: "AWS/EC2",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "InstanceId", Value: machine.InstanceId }],
    Statistic: "Average",
    Period: isFives ? 300 : 60,
    EvaluationPeriods: isFives ? Math.max(1, minutes / 5) : minutes,
    Threshold: percent,
    ComparisonOperator: operator,
  });
}

export function CreateAlarm() {
  const cloud = useCloud();
  const { params } = useRoute();
  const [machine, setMachine] = useState(params.get("instance") ?? "");
  const [name, setName] = useState("");
  const [percent, setPercent] = useState("80");
  const [minutes, setMinutes] = useState("5");
  const [operator, setOperator] = useState("GreaterThanThreshold");

  const build = async () => {
    const wanted = { name: name.trim(), percent: Number(percent), minutes: Number(minutes), operator };
    if (!(wanted.percent > 0 && wanted.percent <= 100)) throw new Error("The CPU load is between 0 and 100 %.");
    if (!Number.isInteger(wanted.minutes) || wanted.minutes < 1) throw new Error("At least one whole minute.");
    const watched = await findMachine(cloud, machine);
    return [{ says: `Create alarm on ${labelOf(watched)}`, do: async () => void (await put(cloud, watched, wanted)) }];
  };

  return (
    <FormPage
      title="Create alarm"
      description="On the CPU of a virtual machine. It changes its state and notifies nobody."
      submit="Create alarm"
      back="#/alarms"
      build={build}
      done={() => `The alarm on ${machine.trim()} is created.`}
      onDone={() => go("#/alarms")}
    >
      <MachineField label="Virtual machine" value={machine} onChange={setMachine} />
      <Choice
        label="When the CPU is"
        value={operator}
        onChange={setOperator}
        options={[
          { value: "GreaterThanThreshold", text: "Above" },
          { value: "LessThanThreshold", text: "Below" },
        ]}
      />
      <NumberField label="Percent" value={percent} onChange={setPercent} />
      <NumberField label="For minutes" value={minutes} onChange={setMinutes} />
      <TextField label="Alarm name" value={name} onChange={setName} hint="Empty: the machine’s name and -cpu" />
    </FormPage>
  );
}
