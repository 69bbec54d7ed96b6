// The theme without its web font: pages use the fonts that are there.
import theme from "vitepress/theme-without-fonts";
// oxlint-disable-next-line import/no-unassigned-import -- the way VitePress takes styles
import "./style.css";

export default theme;
