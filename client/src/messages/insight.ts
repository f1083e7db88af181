/** Words of dashboards. */

import { w } from "@/messages/words";

export const insight = {
  title: w("经营看板", "Sales overview"),
  thisMonth: w("本月", "This month"),
  last30: w("近 30 天", "Last 30 days"),
  thisQuarter: w("本季", "This quarter"),
  thisYear: w("今年", "This year"),
  last12: w("近 12 个月", "Last 12 months"),
  againstYear: w("同比", "year on year"),
  againstPeriod: w("环比", "against the period before"),
  compare: w("对比", "Compare with"),
  asOf: w("截至 {at}", "as of {at}"),
  trend: w("订单、收入与毛利", "Orders, revenue and margin"),
  by: w("按{dimension}", "By {dimension}"),
  top: w("{measure}排行", "Top by {measure}"),
  now: w("本期", "this period"),
  before: w("对比期", "compared"),
  records: w("查看明细", "See the records"),
  filteredBy: w("只看 {value}", "Only {value}"),
  nothing: w("这段时间没有数据", "Nothing in this period"),
  rest: w("其他", "Others"),
  openNow: w("当前", "Now"),
  measure: w("指标", "Measure"),
  share: w("占比", "Share"),
  noDimension: w("（未填）", "(none)"),
} as const;
