import { describe, expect, it } from "vitest";
import { balancerName, freeDevice, groupName, imageForSpot, machineNames, stamp } from "../src/cloud/names";

const none = new Set<string>();

describe("machineNames", () => {
  it("numbers a prefix", () => {
    expect(machineNames("web", 3, none)).toEqual(["web-1", "web-2", "web-3"]);
  });

  it("passes over names in use", () => {
    expect(machineNames("web", 2, new Set(["web-1", "web-3"]))).toEqual(["web-2", "web-4"]);
  });

  it("keeps the joint that the prefix ends with", () => {
    expect(machineNames("node_", 2, none)).toEqual(["node_1", "node_2"]);
    expect(machineNames("node-", 1, none)).toEqual(["node-"]);
  });

  it("takes a single name as it is, and numbers when none is given", () => {
    expect(machineNames("db", 1, new Set(["db"]))).toEqual(["db"]);
    expect(machineNames("", 1, none)).toEqual(["vm-1"]);
    expect(machineNames(" ", 2, none, "web")).toEqual(["web-1", "web-2"]);
  });

  it("takes a list as it is, and refuses one that does not fit", () => {
    expect(machineNames("red, green", 2, none)).toEqual(["red", "green"]);
    expect(() => machineNames("red, green", 3, none)).toThrow("2 names for 3 machines");
  });
});

describe("names of other things", () => {
  it("gives load balancers and their target groups free names of at most 32 characters", () => {
    expect(balancerName("", "", "web-lb", none)).toBe("web-lb");
    expect(balancerName("", "-targets", "web", none)).toBe("web-targets");
    expect(balancerName("my front end!", "", "web-lb", none)).toBe("my-front-end");
    expect(balancerName("internal-front", "", "web-lb", none)).toBe("front");
    expect(balancerName("front", "", "web-lb", new Set(["front", "front-2"]))).toBe("front-3");
    expect(balancerName("a".repeat(60), "-targets", "web", none)).toHaveLength(32);
  });

  it("gives security groups names that no other has and that may not begin with sg-", () => {
    expect(groupName("web-1", "balancer", none)).toBe("web-1 balancer");
    expect(groupName("web-1", "balancer", new Set(["web-1 balancer"]))).toBe("web-1 balancer 2");
    expect(groupName("sg-1", "ports", none)).toBe("sg 1 ports");
    expect(groupName("é", "ports", none)).toBe("machine ports");
  });

  it("stamps images with the time", () => {
    const at = new Date("2026-11-27T14:05:01.123Z");
    expect(stamp(at)).toBe("20261127140501");
  });

  it("calls the image of a future spot machine the same whenever it is asked", () => {
    expect(imageForSpot("web:1", "i-0123456789abcdef0")).toBe("web-1-for-spot-bcdef0");
  });

  it("finds the next free device name", () => {
    expect(freeDevice(["/dev/xvda"])).toBe("/dev/sdf");
    expect(freeDevice(["/dev/sda1", "/dev/sdf", "/dev/xvdg"])).toBe("/dev/sdh");
    expect(freeDevice([..."fghijklmnopqrstuvwxyz"].map((letter) => `/dev/sd${letter}`))).toBeUndefined();
  });
});
