/** Colours and measures: the azurite, malachite and vermilion of painted timber on quiet paper. */

import { theme, type ThemeConfig } from "antd";
import { useEffect, useSyncExternalStore } from "react";
import { useSettings, type Shade } from "@/app/settings";

const darkness = window.matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now, by the person's choice or the system's. */
export function useDark(): boolean {
  const { shade } = useSettings();
  const system = useSyncExternalStore(
    (hear) => {
      darkness.addEventListener("change", hear);
      return () => darkness.removeEventListener("change", hear);
    },
    () => darkness.matches,
  );
  return isDark(shade, system);
}

function isDark(shade: Shade, system: boolean): boolean {
  return shade === "dark" || (shade === "system" && system);
}

/** The class under which the theme's variables (--ant-…) stand. */
const SCOPE = "dg";

const FONT =
  'Inter, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

export function useTheme(): ThemeConfig {
  const { compact } = useSettings();
  const dark = useDark();
  useEffect(() => {
    document.body.classList.add(SCOPE);
    document.documentElement.dataset["shade"] = dark ? "dark" : "light";
    document.documentElement.dataset["density"] = compact ? "compact" : "roomy";
  }, [dark, compact]);
  return {
    cssVar: { key: SCOPE },
    hashed: false,
    algorithm: [
      dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
      ...(compact ? [theme.compactAlgorithm] : []),
    ],
    token: {
      colorPrimary: dark ? "#5b8fdb" : "#2458a6",
      colorInfo: dark ? "#5b8fdb" : "#2458a6",
      colorSuccess: dark ? "#4fb08c" : "#2b7a5c",
      colorWarning: dark ? "#dba34d" : "#b06c12",
      colorError: dark ? "#e5705f" : "#bf3b2b",
      colorLink: dark ? "#7aa9ea" : "#2458a6",
      colorBgLayout: dark ? "#111317" : "#f6f5f2",
      colorBgContainer: dark ? "#1a1d22" : "#ffffff",
      colorBgElevated: dark ? "#22262c" : "#ffffff",
      colorTextBase: dark ? "#e9e7e2" : "#1c2026",
      borderRadius: 7,
      fontFamily: FONT,
      fontSize: 14,
      wireframe: false,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.18s",
    },
    components: {
      Layout: { siderBg: "transparent", headerBg: "transparent", headerPadding: "0 16px" },
      Menu: { itemBg: "transparent", subMenuItemBg: "transparent", itemHeight: 34, activeBarBorderWidth: 0 },
      Table: { cellPaddingBlockSM: 6 },
    },
  };
}
