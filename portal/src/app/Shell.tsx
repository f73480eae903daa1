// The frame around every page: top bar, navigation, notices.
import AppLayout from "@cloudscape-design/components/app-layout-toolbar";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { useEffect, useRef, useState } from "react";
import { usePortal } from "./context";
import { Notices } from "./notices";
import { Pages } from "./Pages";
import { useRoute } from "./route";

const NAVIGATION: SideNavigationProps.Item[] = [
  { type: "link", text: "Dashboard", href: "#/" },
  { type: "link", text: "Service health", href: "#/health" },
  { type: "link", text: "Dependencies", href: "#/graph" },
  {
    type: "section",
    text: "Compute",
    items: [
      { type: "link", text: "Virtual machines", href: "#/vms" },
      { type: "link", text: "Images", href: "#/images" },
    ],
  },
  {
    type: "section",
    text: "Storage",
    items: [
      { type: "link", text: "Disks", href: "#/disks" },
      { type: "link", text: "Snapshots", href: "#/snapshots" },
    ],
  },
  {
    type: "section",
    text: "Networking",
    items: [
      { type: "link", text: "Networks", href: "#/networks" },
      { type: "link", text: "Security groups", href: "#/groups" },
      { type: "link", text: "Load balancers", href: "#/balancers" },
      { type: "link", text: "Target groups", href: "#/targets" },
    ],
  },
  { type: "section", text: "Monitoring", items: [{ type: "link", text: "Alarms", href: "#/alarms" }] },
];

function TopBar() {
  const { session, cloud, setRegion, signOut } = usePortal();
  return (
    <div id="top">
      <TopNavigation
        identity={{ href: "#/", title: "Console", logo: { src: "./icon.svg", alt: "Cloud" } }}
        utilities={[
          {
            type: "menu-dropdown",
            text: cloud.region,
            iconName: "globe",
            ariaLabel: `Region: ${cloud.region}`,
            items: session.regions.map((region) => ({
              id: region,
              text: region,
              itemType: "checkbox",
              checked: region === cloud.region,
            })),
            onItemClick: ({ detail }) => setRegion(detail.id),
          },
          {
            type: "menu-dropdown",
            text: session.account.name || session.account.id,
            description: session.account.id,
            iconName: "user-profile",
            ariaLabel: `Account: ${session.account.name || session.account.id}`,
            items: [{ id: "sign-out", text: "Sign out" }],
            onItemClick: signOut,
          },
        ]}
      />
    </div>
  );
}

/** @param isFresh Whether somebody has just signed in: the form that had the focus is gone. */
export function Shell({ isFresh }: { isFresh: boolean }) {
  const route = useRoute();
  const { quiet } = usePortal();
  const page = route.parts.join("/");
  const [navigation, setNavigation] = useState(() => window.innerWidth > 1000);
  const before = useRef(page);
  const content = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    quiet();
    if (window.innerWidth <= 1000) setNavigation(false);
    window.scrollTo(0, 0);
    // So that a screen reader starts at the new page, not at the link that led to it.
    content.current?.focus({ preventScroll: true });
  }, [page, quiet]);

  useEffect(() => {
    if (isFresh) content.current?.focus({ preventScroll: true });
  }, [isFresh]);

  const active = route.parts[0] ? `#/${route.parts[0]}` : "#/";
  return (
    <>
      <TopBar />
      <AppLayout
        headerSelector="#top"
        toolsHide
        navigationWidth={220}
        navigationOpen={navigation}
        onNavigationChange={({ detail }) => setNavigation(detail.open)}
        navigation={<SideNavigation activeHref={active} header={{ text: "Services", href: "#/" }} items={NAVIGATION} />}
        notifications={<Notices />}
        stickyNotifications
        ariaLabels={{
          navigation: "Services",
          navigationToggle: "Open navigation",
          navigationClose: "Close navigation",
          notifications: "Notices",
        }}
        content={
          <div ref={content} tabIndex={-1} style={{ outline: "none" }}>
            <Pages route={route} />
          </div>
        }
      />
    </>
  );
}
