/** The sign of each part of the house. */

import {
  AccountBookOutlined, AppstoreOutlined, ContainerOutlined, EllipsisOutlined, SettingOutlined,
  ShoppingOutlined, TagsOutlined, TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export const GROUP_ICONS: Readonly<Record<string, ReactNode>> = {
  customers: <TeamOutlined />,
  selling: <ShoppingOutlined />,
  stock: <ContainerOutlined />,
  money: <AccountBookOutlined />,
  products: <TagsOutlined />,
  own: <AppstoreOutlined />,
  more: <EllipsisOutlined />,
  setup: <SettingOutlined />,
};
