/** The frame around every page: navigation along the chain, search, who one is, the connection. */

import {
  AccountBookOutlined, BarChartOutlined, BarcodeOutlined, BulbOutlined, GlobalOutlined, HomeOutlined, InboxOutlined, LogoutOutlined,
  MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined, SearchOutlined,
} from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Avatar, Badge, Button, Drawer, Dropdown, Grid, Layout, Menu, type MenuProps } from "antd";
import { Suspense, useMemo, useState } from "react";
import { useInbox } from "@/api/inbox";
import { useLive, useConnection } from "@/api/live";
import { enter, signOut, useMe } from "@/api/me";
import { may, useHouse } from "@/api/meta";
import { along } from "@/app/chain";
import { Palette, openPalette } from "@/app/Palette";
import { settings, useSettings, type Shade } from "@/app/settings";
import { useSay } from "@/app/speech";
import { GROUP_ICONS } from "@/app/icons";
import { useNew } from "@/app/useNew";
import { frame } from "@/messages/frame";
import { Waiting } from "@/parts/Waiting";

const SHADES: readonly Shade[] = ["light", "dark", "system"];

export function Shell() {
  useLive();
  useNew();
  const say = useSay();
  const { folded } = useSettings();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState(false);
  return (
    <Layout className="shell">
      <a className="skip" href="#content">{say(frame.skip)}</a>
      {wide ? (
        <Layout.Sider width={212} collapsedWidth={60} collapsed={folded} className="rail">
          <Navigation folded={folded} />
        </Layout.Sider>
      ) : (
        <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={270} title={say(frame.product)} className="rail-drawer">
          <Navigation folded={false} onGo={() => setOpen(false)} />
        </Drawer>
      )}
      <Layout className="body">
        <Header narrow={!wide} onMenu={() => setOpen(true)} />
        <Connection />
        <Layout.Content id="content" className="content" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
      </Layout>
      <Palette />
    </Layout>
  );
}

function Navigation({ folded, onGo }: { folded: boolean; onGo?: () => void }) {
  const say = useSay();
  const house = useHouse();
  const { pathname } = useLocation();
  const groups = useMemo(() => along(house.entities), [house]);
  const here = pathname === "/" ? "home" : (pathname.split("/")[1] ?? "home");
  const items: MenuProps["items"] = [
    { key: "home", icon: <HomeOutlined />, label: <Link to="/" onClick={onGo}>{say(frame.home)}</Link> },
    { key: "inbox", icon: <InboxOutlined />, label: <Link to="/inbox" onClick={onGo}>{say(frame.inbox)}</Link> },
    { key: "dashboard", icon: <BarChartOutlined />, label: <Link to="/dashboard" onClick={onGo}>{say(frame.dashboard)}</Link> },
    ...(house.entities.some((one) => one.name === "journal_entry")
      ? [{ key: "books", icon: <AccountBookOutlined />, label: <Link to="/books" onClick={onGo}>{say(frame.books)}</Link> }]
      : []),
    ...(may(house.entities.find((one) => one.name === "shipment"), "pick")
      ? [{ key: "warehouse-floor", icon: <BarcodeOutlined />, label: <Link to="/warehouse-floor" onClick={onGo}>{say(frame.floor)}</Link> }]
      : []),
    ...groups.map((group) => ({
      key: `group.${group.group}`,
      icon: GROUP_ICONS[group.group],
      label: say(group.word),
      children: group.entities.map((one) => ({
        key: one.name,
        label: (
          <Link to="/$entity" params={{ entity: one.name }} onClick={onGo}>{one.label}</Link>
        ),
      })),
    })),
  ];
  const usual = groups.filter((one) => !["setup", "more"].includes(one.group)).map((one) => `group.${one.group}`);
  return (
    <nav aria-label={say(frame.menu)}>
      <Link to="/" className="brand" aria-label={say(frame.product)} onClick={onGo}>
        <img src="/mark.svg" alt="" width={28} height={28} />
        {!folded && <span>{say(frame.product)}</span>}
      </Link>
      <Menu mode="inline" selectedKeys={[here]} defaultOpenKeys={folded ? [] : usual} items={items} inlineIndent={14} />
      {!onGo && (
        <Button
          type="text"
          className="fold"
          icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={say(folded ? frame.unfold : frame.fold)}
          onClick={() => settings.set({ folded: !folded })}
        />
      )}
    </nav>
  );
}

function Header({ narrow, onMenu }: { narrow: boolean; onMenu: () => void }) {
  const say = useSay();
  const waiting = useInbox().data?.approvals.length ?? 0;
  return (
    <Layout.Header className="header">
      {narrow && (
        <Button type="text" icon={<MenuOutlined />} aria-label={say(frame.menu)} onClick={onMenu} />
      )}
      <button type="button" className="search-box" onClick={openPalette}>
        <SearchOutlined />
        <span>{say(frame.search)}</span>
        {!narrow && <kbd>Ctrl K</kbd>}
      </button>
      <span className="gap" />
      <Link to="/dashboard" aria-label={say(frame.dashboard)} title={say(frame.dashboard)} className="header-link">
        <BarChartOutlined />
      </Link>
      <Link to="/inbox" aria-label={say(frame.inbox)} title={say(frame.inbox)} className="header-link">
        <Badge count={waiting} size="small"><InboxOutlined /></Badge>
      </Link>
      <Person />
    </Layout.Header>
  );
}

function Person() {
  const say = useSay();
  const me = useMe();
  const house = useHouse();
  const queries = useQueryClient();
  const { language, shade, compact } = useSettings();
  const go = async (company: string): Promise<void> => {
    await enter(company);
    window.location.assign("/");
  };
  const leave = async (): Promise<void> => {
    await signOut();
    queries.clear();
    window.location.assign("/");
  };
  const items: MenuProps["items"] = [
    { key: "who", disabled: true, label: `${me.name} · ${me.roles?.map((one) => one.name).join("、") ?? ""}` },
    ...(me.companies.length > 1
      ? [{
          key: "company", label: say(frame.company),
          children: me.companies.map((one) => ({ key: `company.${one}`, label: one, onClick: () => void go(one) })),
        }]
      : []),
    { type: "divider" },
    {
      key: "language", icon: <GlobalOutlined />, label: say(frame.other),
      onClick: () => settings.set({ language: language === "zh" ? "en" : "zh" }),
    },
    {
      key: "shade", icon: <BulbOutlined />, label: say(frame.shade),
      children: [
        ...SHADES.map((one) => ({
          key: `shade.${one}`, label: `${shade === one ? "✓ " : ""}${say(frame[one])}`,
          onClick: () => settings.set({ shade: one }),
        })),
        {
          key: "compact", label: `${compact ? "✓ " : ""}${say(frame.compact)}`,
          onClick: () => settings.set({ compact: !compact }),
        },
      ],
    },
    { type: "divider" },
    { key: "out", icon: <LogoutOutlined />, label: say(frame.signOut), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" className="person" aria-label={me.name}>
        <Avatar size={26}>{me.name.slice(0, 1)}</Avatar>
        <span className="person-name">{house.company.name}</span>
      </Button>
    </Dropdown>
  );
}

function Connection() {
  const say = useSay();
  const connection = useConnection();
  if (connection === "live" || connection === "connecting") return null;
  return (
    <div className="connection" role="status">
      {say(connection === "offline" ? frame.offline : frame.reconnecting)}
    </div>
  );
}
