/** The whole client: its theme, its language, who is signed in, and the pages. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as Frame, ConfigProvider } from "antd";
import en from "antd/locale/en_GB";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect } from "react";
import { Problem, Unreachable } from "@/api/http";
import { NONCE } from "@/app/nonce";
import { router } from "@/app/router";
import { useSettings } from "@/app/settings";
import { useTheme } from "@/app/theme";
import { LOCALE } from "@/app/speech";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) =>
        error instanceof Unreachable || (error instanceof Problem && error.status === 503)
          ? failures < 3
          : false,
    },
  },
});

export function App() {
  const { language } = useSettings();
  const theme = useTheme();
  useEffect(() => {
    document.documentElement.lang = LOCALE[language];
    dayjs.locale(language === "zh" ? "zh-cn" : "en");
  }, [language]);
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider
        theme={theme}
        locale={language === "zh" ? zh : en}
        csp={{ nonce: NONCE }}
        button={{ autoInsertSpace: false }}
        virtual
      >
        <Frame message={{ maxCount: 3 }} notification={{ placement: "bottomRight", duration: 5, maxCount: 3 }}>
          <RouterProvider router={router} context={{ queries }} />
        </Frame>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
