import { configure } from "@testing-library/react";

// The default of 1 s is too short for a machine that builds and lints beside the tests.
configure({ asyncUtilTimeout: 10_000 });
