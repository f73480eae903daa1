// All alarms of the region.
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { setParam, useRoute } from "../../app/route";
import { usePortal } from "../../app/context";
import { alarms } from "../../api/listings";
import type { Alarm } from "../../api/wire";
import { DeleteDialog, deleting } from "../../parts/DeleteDialog";
import { type Column, ResourceTable } from "../../parts/ResourceTable";
import { orDash, State, time, To } from "../../parts/show";
import { usePages } from "../../parts/usePages";

const SIGNS: Record<string, string> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

function Watches({ alarm }: { alarm: Alarm }) {
  const machine = alarm.Dimensions?.find((one) => one.Name === "InstanceId")?.Value;
  return machine ? <To path={["vms", machine]}>{machine}</To> : <>{orDash(alarm.Dimensions?.[0]?.Value)}</>;
}

const COLUMNS: readonly Column<Alarm>[] = [
  { id: "name", header: "Name", isRowHeader: true, cell: (alarm) => alarm.AlarmName, width: 150 },
  { id: "state", header: "State", cell: (alarm) => <State name={alarm.StateValue} />, width: 150 },
  { id: "watches", header: "Watches", cell: (alarm) => <Watches alarm={alarm} />, width: 190 },
  {
    id: "rule",
    header: "Rule",
    cell: (alarm) => `${alarm.MetricName ?? ""} ${SIGNS[alarm.ComparisonOperator ?? ""] ?? ""} ${alarm.Threshold ?? ""}`,
    width: 180,
  },
  {
    id: "for",
    header: "For",
    cell: (alarm) => `${((alarm.Period ?? 0) * (alarm.EvaluationPeriods ?? 1)) / 60} min`,
    width: 80,
  },
  { id: "since", header: "Since", cell: (alarm) => time(alarm.StateUpdatedTimestamp), width: 150 },
  { id: "why", header: "Why", cell: (alarm) => orDash(alarm.StateReason), width: 240 },
];

const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];

export function AlarmList() {
  const portal = usePortal();
  const { params } = useRoute();
  const text = params.get("find") ?? "";
  const state = params.get("state") ?? "";
  const [selected, setSelected] = useState("");
  const wanted = {
    ...(text.trim() ? { AlarmNamePrefix: text.trim() } : {}),
    ...(STATES.includes(state) ? { StateValue: state } : {}),
  };
  const pages = usePages(`alarms ${text} ${state}`, (cloud) => alarms(cloud, wanted));
  const chosen = pages.rows.find((alarm) => alarm.AlarmName === selected);
  const remove = ({ AlarmName }: Alarm) => {
    const call = () => portal.cloud.call("cloudwatch/DeleteAlarms", { AlarmNames: [AlarmName] });
    const what = `alarm ${AlarmName}`;
    portal.openDialog(<DeleteDialog what={what} warning={`${AlarmName} watches no longer.`} build={() => deleting(what, call)} />);
  };
  return (
    <ResourceTable
      title="Alarms"
      noun="alarms"
      wrap
      columns={COLUMNS}
      pages={pages}
      idOf={(alarm) => alarm.AlarmName}
      search={{ text, onChange: (value) => setParam("find", value), hint: "Beginning of the name" }}
      selection={{ type: "single", ids: new Set([selected]), onChange: ([row]) => setSelected(row?.AlarmName ?? "") }}
      actions={
        <>
          <Button disabled={!chosen} onClick={() => chosen && remove(chosen)}>
            Delete alarm
          </Button>
          <Button variant="primary" href="#/alarms/create">
            Create alarm
          </Button>
        </>
      }
    />
  );
}
