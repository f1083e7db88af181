/** A chart in the page's own colours, drawn by ECharts, of which only what is used is fetched. */

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { theme } from "antd";
import { useEffect, useRef } from "react";

use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer]);

export interface ChartProps {
  option: EChartsCoreOption;
  height: number;
  label: string;
  onPress?: (index: number) => void;
}

export function Chart({ option, height, label, onPress }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const press = useRef(onPress);
  press.current = onPress;
  const { token } = theme.useToken();
  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current);
    chart.current = made;
    made.on("click", (event) => press.current?.(event.dataIndex));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(
      {
        textStyle: { fontFamily: token.fontFamily, color: token.colorTextSecondary },
        aria: { enabled: true },
        animationDuration: 250,
        tooltip: {
          trigger: "axis", confine: true, backgroundColor: token.colorBgElevated, borderColor: token.colorBorderSecondary,
          textStyle: { color: token.colorText, fontSize: 12 }, axisPointer: { type: "shadow", shadowStyle: { color: token.colorFillQuaternary } },
        },
        ...option,
      },
      { notMerge: true },
    );
  }, [option, token]);
  return <div ref={place} style={{ height }} role="img" aria-label={label} />;
}
