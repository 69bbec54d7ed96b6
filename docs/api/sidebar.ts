import type { ProjectReflection, Router } from "typedoc";
import type { Exporters } from "./pages.ts";

/** An entry of the sidebar, as VitePress reads it. */
export interface SidebarItem {
  text: string;
  link?: string;
  items?: SidebarItem[];
}

/** The entry points, each with its exports by kind. */
export function sidebarOf(project: ProjectReflection, exporters: Exporters, router: Router | undefined): SidebarItem[] {
  const linkOf = (target: Parameters<Router["getFullUrl"]>[0]): string =>
    `/reference/api/${router?.getFullUrl(target).replace(/(index)?\.md$/, "")}`;
  const modules = (project.children ?? []).toSorted((one, other) => one.name.localeCompare(other.name));
  return modules.map((module) => ({
    text: module.name,
    link: linkOf(module),
    items: (module.groups ?? [])
      .map(({ title, children }) => ({
        text: title,
        items: children
          .filter((child) => child.isDeclaration())
          .filter((child) => exporters.has(child) && child.parent === module)
          .map((child) => ({ text: child.name, link: linkOf(child) }))
          .toSorted((one, other) => one.text.localeCompare(other.text)),
      }))
      .filter(({ items }) => items.length > 0),
  }));
}
