#pragma once

/// Certificates of clients, signed by an authority of their own with Ed25519, and what it says of
/// them. All are good from 2020 to 2119, but for the one that has expired.
namespace fallstreak::testing {

/// `CN=clients,O=Fallstreak,C=DE`
inline constexpr const char* kClientAuthority = R"(-----BEGIN CERTIFICATE-----
MIIBKzCB3qADAgECAgEBMAUGAytlcDA0MQswCQYDVQQGEwJERTETMBEGA1UECgwK
RmFsbHN0cmVhazEQMA4GA1UEAwwHY2xpZW50czAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowNDELMAkGA1UEBhMCREUxEzARBgNVBAoMCkZhbGxzdHJl
YWsxEDAOBgNVBAMMB2NsaWVudHMwKjAFBgMrZXADIQBIB1pZfnIaFW4uB5neXMDF
Mk3G5+rxzdRiUIaOxTIV3aMTMBEwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQAX
202eNHaAw55+ZAsfkl+F1RvGuCIKjNHBJdiCBeAqN9ZiDT8kvMN0Ys3Ds6/c/q18
flYAacUQPzWXgWSgvz4C
-----END CERTIFICATE-----
)";

/// `CN=alice,O=Shop`, serial number 03A5B1.
inline constexpr const char* kAlice = R"(-----BEGIN CERTIFICATE-----
MIIBFTCByKADAgECAgMDpbEwBQYDK2VwMDQxCzAJBgNVBAYTAkRFMRMwEQYDVQQK
DApGYWxsc3RyZWFrMRAwDgYDVQQDDAdjbGllbnRzMCAXDTIwMDEwMTAwMDAwMFoY
DzIxMjAwMTAxMDAwMDAwWjAfMQ0wCwYDVQQKDARTaG9wMQ4wDAYDVQQDDAVhbGlj
ZTAqMAUGAytlcAMhAF4hLAmA5LOfwJchE0qgIQk3Tt/SYMDT0Dy1AcjWVFepoxAw
DjAMBgNVHRMBAf8EAjAAMAUGAytlcANBAB8uEvVbloIg7/tbtUYl4NGpWn1dG8ot
4F9l8e9yvy1XV5uelAOyYA6rxOya+xilq0IetbP59hW5fMCB2C3XYQ8=
-----END CERTIFICATE-----
)";

/// `CN=bob,O=Shop`, serial number 0B0B, which `kRevocations` takes back.
inline constexpr const char* kBob = R"(-----BEGIN CERTIFICATE-----
MIIBEjCBxaADAgECAgILCzAFBgMrZXAwNDELMAkGA1UEBhMCREUxEzARBgNVBAoM
CkZhbGxzdHJlYWsxEDAOBgNVBAMMB2NsaWVudHMwIBcNMjAwMTAxMDAwMDAwWhgP
MjEyMDAxMDEwMDAwMDBaMB0xDTALBgNVBAoMBFNob3AxDDAKBgNVBAMMA2JvYjAq
MAUGAytlcAMhAF4hLAmA5LOfwJchE0qgIQk3Tt/SYMDT0Dy1AcjWVFepoxAwDjAM
BgNVHRMBAf8EAjAAMAUGAytlcANBAMfgcygA10E3zst7GAG362zSVvS7PBygV8Cu
uGPfsjiP9qCF6zLV2efVtYqqPln+zPS3/EF1C7NAKsGFXBefag4=
-----END CERTIFICATE-----
)";

/// `CN=old,O=Shop`, until 2020.
inline constexpr const char* kExpiredClient = R"(-----BEGIN CERTIFICATE-----
MIIBDzCBwqADAgECAgEdMAUGAytlcDA0MQswCQYDVQQGEwJERTETMBEGA1UECgwK
RmFsbHN0cmVhazEQMA4GA1UEAwwHY2xpZW50czAeFw0yMDAxMDEwMDAwMDBaFw0y
MTAxMDEwMDAwMDBaMB0xDTALBgNVBAoMBFNob3AxDDAKBgNVBAMMA29sZDAqMAUG
AytlcAMhAF4hLAmA5LOfwJchE0qgIQk3Tt/SYMDT0Dy1AcjWVFepoxAwDjAMBgNV
HRMBAf8EAjAAMAUGAytlcANBALpfHAW8HgEJTpFlnBd5gAvv5dKQyF+jUimBW3zK
78a4r6YnUJP3u6v4ItXtfLne9SSvQkE/gMAJCuqTkRFVJQ0=
-----END CERTIFICATE-----
)";

/// Of all three clients.
inline constexpr const char* kClientKey = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIDIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy
-----END PRIVATE KEY-----
)";

/// A list with one entry.
inline constexpr const char* kRevocations = R"(-----BEGIN X509 CRL-----
MIHDMHcCAQEwBQYDK2VwMDQxCzAJBgNVBAYTAkRFMRMwEQYDVQQKDApGYWxsc3Ry
ZWFrMRAwDgYDVQQDDAdjbGllbnRzFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw
MDAwMFowFTATAgILCxcNMjEwMTAxMDAwMDAwWjAFBgMrZXADQQDcAKIjNi45ctZg
0YO4zsfSSjwvFjsQ559QjOAXwRC26DhiweJRPnzJgflYZyD4rj93q9iNFyxdOJK+
uj/n01kL
-----END X509 CRL-----
)";

}  // namespace fallstreak::testing
