// The theme without its web font: pages use the fonts that are there.
import theme from "vitepress/theme-without-fonts";

import "./style.css";

export default theme;
