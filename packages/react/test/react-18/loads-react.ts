/** Names of what is React, and of what loads it. */
export const LOADS_REACT =
  /^(react|react-dom|@testing-library\/react|@tanstack\/react-query(-persist-client)?|@kinde-oss\/kinde-auth-react)(\/|$)/;
