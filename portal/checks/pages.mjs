// Opens every page of a running portal in a headless browser, at desktop and at narrow width, and has axe look at
// it. Fails on anything serious or critical, on errors in the browser's console, and on pages that are wider
// than the window. Environment: PORTAL (address), ACCESS_KEY_ID, SECRET_ACCESS_KEY, REGION, BROWSER (a Chromium).
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { PORTAL, ACCESS_KEY_ID, SECRET_ACCESS_KEY, REGION = "us-east-1" } = process.env;
const BROWSER = process.env.BROWSER ?? "/usr/bin/chromium-headless-shell";
const WIDTHS = [1400, 400];
const BAD = ["serious", "critical"];
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

if (!PORTAL || !ACCESS_KEY_ID || !SECRET_ACCESS_KEY) {
  console.error("PORTAL, ACCESS_KEY_ID and SECRET_ACCESS_KEY are needed.");
  process.exit(2);
}

async function signIn(page) {
  await page.goto(PORTAL);
  await page.getByLabel("Access key id").fill(ACCESS_KEY_ID);
  await page.getByLabel("Secret access key").fill(SECRET_ACCESS_KEY);
  await page.getByRole("button", { name: "More options" }).click();
  await page.getByLabel("Region", { exact: true }).fill(REGION);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForSelector("#top");
}

/** The fixed pages, and one of each thing that there is. */
async function paths(page) {
  const first = (operation, pick) =>
    page
      .evaluate(
        async ([name, region]) => {
          const headers = { "X-Skywright-Portal": "1", "Content-Type": "application/json", "X-Region": region };
          return (await fetch(`/api/call/${name}`, { method: "POST", headers, body: "{}" })).json();
        },
        [operation, REGION],
      )
      .then(pick);
  const fixed = ["", "health", "graph", "vms", "vms/create", "images", "disks", "disks/create", "snapshots", "networks"];
  fixed.push("networks/create", "groups", "groups/create", "balancers", "balancers/create", "alarms", "alarms/create");
  const vm = await first("ec2/DescribeInstances", (answer) => answer.Reservations?.[0]?.Instances?.[0]?.InstanceId);
  const disk = await first("ec2/DescribeVolumes", (answer) => answer.Volumes?.[0]?.VolumeId);
  const network = await first("ec2/DescribeVpcs", (answer) => answer.Vpcs?.[0]?.VpcId);
  const group = await first("ec2/DescribeSecurityGroups", (answer) => answer.SecurityGroups?.[0]?.GroupId);
  const balancer = await first("elbv2/DescribeLoadBalancers", (answer) => answer.LoadBalancers?.[0]?.LoadBalancerName);
  const tabs = ["details", "storage", "networking", "monitoring", "tags"];
  return [
    ...fixed,
    ...(vm ? tabs.map((tab) => `vms/${vm}?tab=${tab}`) : []),
    ...(disk ? [`disks/${disk}`] : []),
    ...(network ? [`networks/${network}`] : []),
    ...(group ? [`groups/${group}`] : []),
    ...(balancer ? [`balancers/${balancer}`] : []),
  ];
}

const problems = [];

async function look(page, width, path) {
  await page.goto(`${PORTAL}/#/${path}`);
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(300);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { impact, id, nodes } of found.violations) {
    const line = `${width} /${path}: ${impact} ${id} × ${nodes.length}, ${nodes[0].html.slice(0, 120)}`;
    if (BAD.includes(impact)) problems.push(line);
    else console.log(`note: ${line}`);
  }
  const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (surplus > 0) problems.push(`${width} /${path}: ${surplus} pixels wider than the window`);
}

const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-gpu"] });
let looked = 0;
for (const width of WIDTHS) {
  // Without motion, so that nothing is looked at while it fades in.
  const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
  // Being told that nobody is signed in yet is no error.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) problems.push(`${width} console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`${width} error: ${error.message}`));
  await signIn(page);
  for (const path of await paths(page)) {
    await look(page, width, path);
    looked += 1;
  }
  await page.close();
}
await browser.close();
for (const problem of problems) console.error(problem);
console.log(`${looked} pages, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
