// Steps that make and change load balancers.
import type { Cloud } from "../../api/client";
import { CloudError } from "../../api/client";
import { given } from "../plain";
import type { Step } from "../run";
import { admitStep, groupStep, portRule } from "./groups";

export interface NewBalancer {
  name: string;
  targetsName: string;
  listenerPort: number;
  targetPort: number;
  scheme: "internet-facing" | "internal";
  /** The addresses that the load balancer admits. */
  sources: string[];
  frontGroup: string;
  backGroup: string;
}

/** What the steps make, for later ones. */
export interface Balanced {
  front?: string;
  back?: string;
  balancer?: string;
  targets?: string;
}

/** Two security groups: whom the load balancer admits, and that the machines admit only the load balancer. */
export function balancerGroupSteps(cloud: Cloud, wanted: NewBalancer, vpc: () => string, made: Balanced): Step[] {
  const outside = portRule(wanted.listenerPort, wanted.listenerPort, wanted.sources);
  const inside = () => ({
    IpProtocol: "tcp",
    FromPort: wanted.targetPort,
    ToPort: wanted.targetPort,
    UserIdGroupPairs: [{ GroupId: given(made.front) }],
  });
  return [
    groupStep(cloud, {
      name: wanted.frontGroup,
      description: "Load balancer",
      vpc,
      keep: (id) => (made.front = id),
    }),
    admitStep(
      cloud,
      `Open port ${wanted.listenerPort} of the load balancer`,
      () => given(made.front),
      () => [outside],
    ),
    groupStep(cloud, {
      name: wanted.backGroup,
      description: "Machines behind the load balancer",
      vpc,
      keep: (id) => (made.back = id),
    }),
    admitStep(
      cloud,
      `Open port ${wanted.targetPort} of the machines to the load balancer`,
      () => given(made.back),
      () => [inside()],
    ),
  ];
}

export function balancerSteps(
  cloud: Cloud,
  wanted: NewBalancer,
  vpc: () => string,
  subnets: () => string[],
  made: Balanced,
): Step[] {
  return [balancerStep(cloud, wanted, subnets, made), targetsStep(cloud, wanted, vpc, made), listenerStep(cloud, wanted, made)];
}

function balancerStep(cloud: Cloud, wanted: NewBalancer, subnets: () => string[], made: Balanced): Step {
  const named = () => cloud.call("elbv2/DescribeLoadBalancers", { Names: [wanted.name] });
  return {
    says: `Create load balancer ${wanted.name}`,
    do: async () => {
      const answer = await cloud.call("elbv2/CreateLoadBalancer", {
        Name: wanted.name,
        Type: "application",
        Scheme: wanted.scheme,
        Subnets: subnets(),
        SecurityGroups: [given(made.front)],
      });
      made.balancer = given(answer.LoadBalancers?.[0]?.LoadBalancerArn);
    },
    did: async () => {
      made.balancer = (await orNone(named, "LoadBalancerNotFound"))?.LoadBalancers?.[0]?.LoadBalancerArn;
      return made.balancer !== undefined;
    },
  };
}

function targetsStep(cloud: Cloud, wanted: NewBalancer, vpc: () => string, made: Balanced): Step {
  const named = () => cloud.call("elbv2/DescribeTargetGroups", { Names: [wanted.targetsName] });
  return {
    says: `Create target group ${wanted.targetsName}`,
    do: async () => {
      const answer = await cloud.call("elbv2/CreateTargetGroup", {
        Name: wanted.targetsName,
        Protocol: "HTTP",
        Port: wanted.targetPort,
        VpcId: vpc(),
        TargetType: "instance",
      });
      made.targets = given(answer.TargetGroups?.[0]?.TargetGroupArn);
    },
    did: async () => {
      made.targets = (await orNone(named, "TargetGroupNotFound"))?.TargetGroups?.[0]?.TargetGroupArn;
      return made.targets !== undefined;
    },
  };
}

function listenerStep(cloud: Cloud, wanted: NewBalancer, made: Balanced): Step {
  return {
    says: `Listen on port ${wanted.listenerPort}`,
    do: async () => {
      await cloud.call("elbv2/CreateListener", {
        LoadBalancerArn: given(made.balancer),
        Protocol: "HTTP",
        Port: wanted.listenerPort,
        DefaultActions: [{ Type: "forward", TargetGroupArn: given(made.targets) }],
      });
    },
    did: async () => {
      const answer = await cloud.call("elbv2/DescribeListeners", { LoadBalancerArn: given(made.balancer) });
      return answer.Listeners?.some((listener) => listener.Port === wanted.listenerPort) ?? false;
    },
  };
}

export function registerStep(cloud: Cloud, group: () => string, machines: () => string[]): Step {
  return {
    says: "Register the machines as targets",
    do: async () => {
      const Targets = machines().map((Id) => ({ Id }));
      await cloud.call("elbv2/RegisterTargets", { TargetGroupArn: group(), Targets });
    },
  };
}

/** The answer, or undefined where that error says that there is no such thing. */
async function orNone<T>(call: () => Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CloudError && error.code.startsWith(code)) return undefined;
    throw error;
  }
}

/** Where the machines are spoken to when nothing is said of it. */
export const usualTargetPort = (listenerPort: number) => (listenerPort === 443 ? 80 : listenerPort);
