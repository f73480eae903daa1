// Making a network with one subnet. The calls and their arguments are those of the recipe `create a network`.
import Checkbox from "@cloudscape-design/components/checkbox";
import { useState } from "react";
import { useCloud } from "../../app/context";
import { go } from "../../app/route";
import { rangeProblem } from "../../cloud/ranges";
import { gatewaySteps, networkSteps, type Place } from "../../cloud/recipes/network";
import { TextField } from "../../parts/fields";
import { FormPage } from "../../parts/FormPage";

export function CreateNetwork() {
  const cloud = useCloud();
  const [name, setName] = useState("network");
  const [range, setRange] = useState("10.0.0.0/16");
  const [outward, setOutward] = useState(false);
  const build = () => {
    const problem = rangeProblem(range.trim());
    if (problem) throw new Error(problem);
    const place: Place = {};
    return [
      ...networkSteps(cloud, { name: name.trim() || "network", range: range.trim(), zones: [undefined] }, place),
      ...(outward ? gatewaySteps(cloud, place) : []),
    ];
  };
  return (
    <FormPage
      title="Create network"
      description="With a subnet in its first quarter"
      submit="Create network"
      back="#/networks"
      build={build}
      done={() => `The network ${name.trim() || "network"} is created.`}
      onDone={() => go("#/networks")}
    >
      <TextField label="Network name" value={name} onChange={setName} />
      <TextField label="Address range" value={range} onChange={setRange} />
      <Checkbox checked={outward} onChange={({ detail }) => setOutward(detail.checked)}>
        With a way to the internet
      </Checkbox>
    </FormPage>
  );
}
