import { BarChart, HeatmapChart } from "echarts/charts";
import { GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([
  BarChart,
  HeatmapChart,
  GridComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export type ChartOption = echarts.EChartsCoreOption;

/**
 * Disposes of a chart. What was to be painted in the next frame is not: it would find nothing left
 * to paint on, and throw.
 */
function letGo(chart: echarts.ECharts): void {
  const { painter } = chart.getZr() as unknown as { painter: { _paintList: () => void } };
  painter._paintList = () => {};
  chart.dispose();
}

/** Returns where a chart is drawn; it follows its option and its frame's size. */
export function useChart(option: ChartOption) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);

  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const made = echarts.init(box, null, { renderer: "canvas" });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box);
    return () => {
      watch.disconnect();
      letGo(made);
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  return frame;
}
