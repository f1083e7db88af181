/** Words of the fields. */

import { w } from "@/messages/words";

export const kinds = {
  country: w("国家", "Country"),
  province: w("省", "Province"),
  city: w("市", "City"),
  district: w("区县", "District"),
  street: w("街道门牌", "Street"),
  postcode: w("邮编", "Postcode"),
  lines: w("{n} 行", "{n} {n|line|lines}"),
  upload: w("选择文件", "Choose a file"),
  make: w("新建{label}…", "New {label}…"),
  openApart: w("在新标签页打开{title}", "Open {title} in a new tab"),
} as const;
