#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

/// The places that geolocation record sets can name.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
namespace fallstreak::services::route53 {
namespace {

/// AWS: "The maximum number of geolocations"; Chosen: what other lists have when nobody says.
constexpr std::size_t kMostLocationsInPage = 100;

struct NamedPlace {
  std::string_view code;
  std::string_view name;
};

/// AWS: those of ISO 3166-1 but Bouvet Island, Christmas Island, Western Sahara, and Heard Island
/// and McDonald Islands. Chosen: the names, as English has them; AWS's may differ.
constexpr NamedPlace kCountries[] = {
    {"*", "Default"},
    {"AD", "Andorra"},
    {"AE", "United Arab Emirates"},
    {"AF", "Afghanistan"},
    {"AG", "Antigua and Barbuda"},
    {"AI", "Anguilla"},
    {"AL", "Albania"},
    {"AM", "Armenia"},
    {"AO", "Angola"},
    {"AQ", "Antarctica"},
    {"AR", "Argentina"},
    {"AS", "American Samoa"},
    {"AT", "Austria"},
    {"AU", "Australia"},
    {"AW", "Aruba"},
    {"AX", "Aland Islands"},
    {"AZ", "Azerbaijan"},
    {"BA", "Bosnia and Herzegovina"},
    {"BB", "Barbados"},
    {"BD", "Bangladesh"},
    {"BE", "Belgium"},
    {"BF", "Burkina Faso"},
    {"BG", "Bulgaria"},
    {"BH", "Bahrain"},
    {"BI", "Burundi"},
    {"BJ", "Benin"},
    {"BL", "Saint Barthelemy"},
    {"BM", "Bermuda"},
    {"BN", "Brunei"},
    {"BO", "Bolivia"},
    {"BQ", "Bonaire, Sint Eustatius and Saba"},
    {"BR", "Brazil"},
    {"BS", "Bahamas"},
    {"BT", "Bhutan"},
    {"BW", "Botswana"},
    {"BY", "Belarus"},
    {"BZ", "Belize"},
    {"CA", "Canada"},
    {"CC", "Cocos (Keeling) Islands"},
    {"CD", "Democratic Republic of the Congo"},
    {"CF", "Central African Rep."},
    {"CG", "Republic of the Congo"},
    {"CH", "Switzerland"},
    {"CI", "Ivory Coast"},
    {"CK", "Cook Islands"},
    {"CL", "Chile"},
    {"CM", "Cameroon"},
    {"CN", "China"},
    {"CO", "Colombia"},
    {"CR", "Costa Rica"},
    {"CU", "Cuba"},
    {"CV", "Cape Verde"},
    {"CW", "Curacao"},
    {"CY", "Cyprus"},
    {"CZ", "Czech Republic"},
    {"DE", "Germany"},
    {"DJ", "Djibouti"},
    {"DK", "Denmark"},
    {"DM", "Dominica"},
    {"DO", "Dominican Republic"},
    {"DZ", "Algeria"},
    {"EC", "Ecuador"},
    {"EE", "Estonia"},
    {"EG", "Egypt"},
    {"ER", "Eritrea"},
    {"ES", "Spain"},
    {"ET", "Ethiopia"},
    {"FI", "Finland"},
    {"FJ", "Fiji"},
    {"FK", "Falkland Islands"},
    {"FM", "Micronesia"},
    {"FO", "Faroe Islands"},
    {"FR", "France"},
    {"GA", "Gabon"},
    {"GB", "United Kingdom"},
    {"GD", "Grenada"},
    {"GE", "Georgia"},
    {"GF", "French Guiana"},
    {"GG", "Guernsey"},
    {"GH", "Ghana"},
    {"GI", "Gibraltar"},
    {"GL", "Greenland"},
    {"GM", "Gambia"},
    {"GN", "Guinea"},
    {"GP", "Guadeloupe"},
    {"GQ", "Equatorial Guinea"},
    {"GR", "Greece"},
    {"GS", "South Georgia and the South Sandwich Islands"},
    {"GT", "Guatemala"},
    {"GU", "Guam"},
    {"GW", "Guinea-Bissau"},
    {"GY", "Guyana"},
    {"HK", "Hong Kong"},
    {"HN", "Honduras"},
    {"HR", "Croatia"},
    {"HT", "Haiti"},
    {"HU", "Hungary"},
    {"ID", "Indonesia"},
    {"IE", "Ireland"},
    {"IL", "Israel"},
    {"IM", "Isle of Man"},
    {"IN", "India"},
    {"IO", "British Indian Ocean Territory"},
    {"IQ", "Iraq"},
    {"IR", "Iran"},
    {"IS", "Iceland"},
    {"IT", "Italy"},
    {"JE", "Jersey"},
    {"JM", "Jamaica"},
    {"JO", "Jordan"},
    {"JP", "Japan"},
    {"KE", "Kenya"},
    {"KG", "Kyrgyzstan"},
    {"KH", "Cambodia"},
    {"KI", "Kiribati"},
    {"KM", "Comoros"},
    {"KN", "Saint Kitts and Nevis"},
    {"KP", "North Korea"},
    {"KR", "South Korea"},
    {"KW", "Kuwait"},
    {"KY", "Cayman Islands"},
    {"KZ", "Kazakhstan"},
    {"LA", "Laos"},
    {"LB", "Lebanon"},
    {"LC", "Saint Lucia"},
    {"LI", "Liechtenstein"},
    {"LK", "Sri Lanka"},
    {"LR", "Liberia"},
    {"LS", "Lesotho"},
    {"LT", "Lithuania"},
    {"LU", "Luxembourg"},
    {"LV", "Latvia"},
    {"LY", "Libya"},
    {"MA", "Morocco"},
    {"MC", "Monaco"},
    {"MD", "Moldova"},
    {"ME", "Montenegro"},
    {"MF", "Saint Martin"},
    {"MG", "Madagascar"},
    {"MH", "Marshall Islands"},
    {"MK", "North Macedonia"},
    {"ML", "Mali"},
    {"MM", "Myanmar"},
    {"MN", "Mongolia"},
    {"MO", "Macau"},
    {"MP", "Northern Mariana Islands"},
    {"MQ", "Martinique"},
    {"MR", "Mauritania"},
    {"MS", "Montserrat"},
    {"MT", "Malta"},
    {"MU", "Mauritius"},
    {"MV", "Maldives"},
    {"MW", "Malawi"},
    {"MX", "Mexico"},
    {"MY", "Malaysia"},
    {"MZ", "Mozambique"},
    {"NA", "Namibia"},
    {"NC", "New Caledonia"},
    {"NE", "Niger"},
    {"NF", "Norfolk Island"},
    {"NG", "Nigeria"},
    {"NI", "Nicaragua"},
    {"NL", "Netherlands"},
    {"NO", "Norway"},
    {"NP", "Nepal"},
    {"NR", "Nauru"},
    {"NU", "Niue"},
    {"NZ", "New Zealand"},
    {"OM", "Oman"},
    {"PA", "Panama"},
    {"PE", "Peru"},
    {"PF", "French Polynesia"},
    {"PG", "Papua New Guinea"},
    {"PH", "Philippines"},
    {"PK", "Pakistan"},
    {"PL", "Poland"},
    {"PM", "Saint Pierre and Miquelon"},
    {"PN", "Pitcairn"},
    {"PR", "Puerto Rico"},
    {"PS", "Palestine"},
    {"PT", "Portugal"},
    {"PW", "Palau"},
    {"PY", "Paraguay"},
    {"QA", "Qatar"},
    {"RE", "Reunion"},
    {"RO", "Romania"},
    {"RS", "Serbia"},
    {"RU", "Russia"},
    {"RW", "Rwanda"},
    {"SA", "Saudi Arabia"},
    {"SB", "Solomon Islands"},
    {"SC", "Seychelles"},
    {"SD", "Sudan"},
    {"SE", "Sweden"},
    {"SG", "Singapore"},
    {"SH", "Saint Helena"},
    {"SI", "Slovenia"},
    {"SJ", "Svalbard and Jan Mayen"},
    {"SK", "Slovakia"},
    {"SL", "Sierra Leone"},
    {"SM", "San Marino"},
    {"SN", "Senegal"},
    {"SO", "Somalia"},
    {"SR", "Suriname"},
    {"SS", "South Sudan"},
    {"ST", "Sao Tome and Principe"},
    {"SV", "El Salvador"},
    {"SX", "Sint Maarten"},
    {"SY", "Syria"},
    {"SZ", "Eswatini"},
    {"TC", "Turks and Caicos Islands"},
    {"TD", "Chad"},
    {"TF", "French Southern Territories"},
    {"TG", "Togo"},
    {"TH", "Thailand"},
    {"TJ", "Tajikistan"},
    {"TK", "Tokelau"},
    {"TL", "East Timor"},
    {"TM", "Turkmenistan"},
    {"TN", "Tunisia"},
    {"TO", "Tonga"},
    {"TR", "Turkey"},
    {"TT", "Trinidad and Tobago"},
    {"TV", "Tuvalu"},
    {"TW", "Taiwan"},
    {"TZ", "Tanzania"},
    {"UA", "Ukraine"},
    {"UG", "Uganda"},
    {"UM", "U.S. Minor Outlying Islands"},
    {"US", "United States"},
    {"UY", "Uruguay"},
    {"UZ", "Uzbekistan"},
    {"VA", "Vatican City"},
    {"VC", "Saint Vincent and the Grenadines"},
    {"VE", "Venezuela"},
    {"VG", "British Virgin Islands"},
    {"VI", "U.S. Virgin Islands"},
    {"VN", "Vietnam"},
    {"VU", "Vanuatu"},
    {"WF", "Wallis and Futuna"},
    {"WS", "Samoa"},
    {"YE", "Yemen"},
    {"YT", "Mayotte"},
    {"ZA", "South Africa"},
    {"ZM", "Zambia"},
    {"ZW", "Zimbabwe"},
};
constexpr NamedPlace kStates[] = {
    {"AK", "Alaska"},         {"AL", "Alabama"},
    {"AR", "Arkansas"},       {"AZ", "Arizona"},
    {"CA", "California"},     {"CO", "Colorado"},
    {"CT", "Connecticut"},    {"DC", "District of Columbia"},
    {"DE", "Delaware"},       {"FL", "Florida"},
    {"GA", "Georgia"},        {"HI", "Hawaii"},
    {"IA", "Iowa"},           {"ID", "Idaho"},
    {"IL", "Illinois"},       {"IN", "Indiana"},
    {"KS", "Kansas"},         {"KY", "Kentucky"},
    {"LA", "Louisiana"},      {"MA", "Massachusetts"},
    {"MD", "Maryland"},       {"ME", "Maine"},
    {"MI", "Michigan"},       {"MN", "Minnesota"},
    {"MO", "Missouri"},       {"MS", "Mississippi"},
    {"MT", "Montana"},        {"NC", "North Carolina"},
    {"ND", "North Dakota"},   {"NE", "Nebraska"},
    {"NH", "New Hampshire"},  {"NJ", "New Jersey"},
    {"NM", "New Mexico"},     {"NV", "Nevada"},
    {"NY", "New York"},       {"OH", "Ohio"},
    {"OK", "Oklahoma"},       {"OR", "Oregon"},
    {"PA", "Pennsylvania"},   {"RI", "Rhode Island"},
    {"SC", "South Carolina"}, {"SD", "South Dakota"},
    {"TN", "Tennessee"},      {"TX", "Texas"},
    {"UT", "Utah"},           {"VA", "Virginia"},
    {"VT", "Vermont"},        {"WA", "Washington"},
    {"WI", "Wisconsin"},      {"WV", "West Virginia"},
    {"WY", "Wyoming"},
};
/// AWS: of Ukraine the regions that have sanctions of their own.
constexpr NamedPlace kUkraine[] = {{"09", "Luhansk"}, {"14", "Donetsk"}, {"43", "Crimea"}};
constexpr NamedPlace kContinents[] = {
    {"AF", "Africa"},        {"AN", "Antarctica"}, {"AS", "Asia"},         {"EU", "Europe"},
    {"NA", "North America"}, {"OC", "Oceania"},    {"SA", "South America"}};

using Details = api::route53::GeoLocationDetails;

/// AWS: "Countries are listed first, and continents are listed last. [...] the subdivisions for
/// that country are listed in alphabetical order immediately after the corresponding country."
std::vector<Details> all_locations() {
  std::vector<Details> all;
  for (const NamedPlace& country : kCountries) {
    const Details shown{.CountryCode = std::string(country.code),
                        .CountryName = std::string(country.name)};
    all.push_back(shown);
    const auto add = [&](const NamedPlace& part) {
      Details& added = all.emplace_back(shown);
      added.SubdivisionCode = std::string(part.code);
      added.SubdivisionName = std::string(part.name);
    };
    if (country.code == "US") std::ranges::for_each(kStates, add);
    if (country.code == "UA") std::ranges::for_each(kUkraine, add);
  }
  for (const NamedPlace& continent : kContinents) {
    all.push_back({.ContinentCode = std::string(continent.code),
                   .ContinentName = std::string(continent.name)});
  }
  return all;
}

/// Where a place stands in the list; at its end when it is not in it.
std::size_t position_of(const std::vector<Details>& all,
                        const std::optional<std::string>& continent,
                        const std::optional<std::string>& country,
                        const std::optional<std::string>& subdivision) {
  // Chosen: the words of these two.
  if (subdivision && !country) {
    throw invalid_input("A subdivision code can be specified only with a country code.");
  }
  if (continent.has_value() == country.has_value()) {
    throw invalid_input("Specify either a continent code or a country code.");
  }
  const auto found = std::ranges::find_if(all, [&](const Details& each) {
    return each.ContinentCode == continent && each.CountryCode == country &&
           each.SubdivisionCode == subdivision;
  });
  return std::size_t(std::distance(all.begin(), found));
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetGeoLocation.html
api::route53::GetGeoLocationResponse get_geo_location(
    Context&, const api::route53::GetGeoLocationRequest& request) {
  const auto all = all_locations();
  const std::size_t at =
      position_of(all, request.ContinentCode, request.CountryCode, request.SubdivisionCode);
  if (at == all.size()) {
    const std::string part = request.SubdivisionCode ? "-" + *request.SubdivisionCode : "";
    throw no_such_geo_location(request.ContinentCode.value_or(request.CountryCode.value_or("")) +
                               part);
  }
  return {.GeoLocationDetails = all[at]};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListGeoLocations.html
api::route53::ListGeoLocationsResponse list_geo_locations(
    Context&, const api::route53::ListGeoLocationsRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostLocationsInPage);
  const auto all = all_locations();
  const bool has_start =
      request.StartContinentCode || request.StartCountryCode || request.StartSubdivisionCode;
  const std::size_t first =
      !has_start ? 0
                 : position_of(all, request.StartContinentCode, request.StartCountryCode,
                               request.StartSubdivisionCode);
  if (first == all.size()) throw invalid_input("The location to start with is not in the list.");
  const std::size_t end = std::min(all.size(), first + size);
  api::route53::ListGeoLocationsResponse result{
      .GeoLocationDetailsList = {{all.begin() + std::ptrdiff_t(first),
                                  all.begin() + std::ptrdiff_t(end)}},
      .IsTruncated = end < all.size(),
      .MaxItems = std::to_string(size)};
  if (end < all.size()) {
    result.NextContinentCode = all[end].ContinentCode;
    result.NextCountryCode = all[end].CountryCode;
    result.NextSubdivisionCode = all[end].SubdivisionCode;
  }
  return result;
}

}  // namespace fallstreak::services::route53
