import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { useEffect, useState } from "react";

/** An organization in the id token. */
export interface MyOrganization {
  /** Organization code. */
  readonly id: string;
  readonly name: string;
}

/** The organizations one is a member of, from the id token: names are not in the access token. */
export function useMyOrganizations(): readonly MyOrganization[] {
  const { getClaim } = useKindeAuth();
  const [organizations, setOrganizations] = useState<readonly MyOrganization[]>([]);
  useEffect(() => {
    let isStale = false;
    const read = async (): Promise<void> => {
      const claim = await getClaim<{ organizations: unknown }, unknown>("organizations", "idToken");
      if (!isStale) setOrganizations(Array.isArray(claim?.value) ? claim.value.filter(isOrganization) : []);
    };
    void read();
    return () => {
      isStale = true;
    };
  }, [getClaim]);
  return organizations;
}

function isOrganization(value: unknown): value is MyOrganization {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "name" in value &&
    typeof value.name === "string"
  );
}
