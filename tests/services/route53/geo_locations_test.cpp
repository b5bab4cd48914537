#include <algorithm>
#include <set>

#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

using ::testing::Contains;
using testing::FailsWith;
using ::testing::Not;

class GeoLocations : public testing::Route53Test {
 protected:
  /// `DE`, `US-CA` or `continent EU`, as the list has them.
  static std::string text(const api::route53::GeoLocationDetails& place) {
    if (place.ContinentCode) return "continent " + *place.ContinentCode;
    return *place.CountryCode + (place.SubdivisionCode ? "-" + *place.SubdivisionCode : "");
  }
  std::vector<std::string> list() {
    std::vector<std::string> all;
    api::route53::ListGeoLocationsRequest request;
    while (true) {
      const auto page = must(route53.list_geo_locations(request));
      for (const auto& place : *page.GeoLocationDetailsList) all.push_back(text(place));
      if (page.IsTruncated != true) return all;
      request.StartContinentCode = page.NextContinentCode;
      request.StartCountryCode = page.NextCountryCode;
      request.StartSubdivisionCode = page.NextSubdivisionCode;
    }
  }
};
using GetGeoLocation = GeoLocations;
using ListGeoLocations = GeoLocations;

TEST_F(GetGeoLocation, NamesContinentsCountriesAndTheirSubdivisions) {
  EXPECT_EQ(
      must(route53.get_geo_location({.ContinentCode = "EU"})).GeoLocationDetails->ContinentName,
      "Europe");
  EXPECT_EQ(must(route53.get_geo_location({.CountryCode = "DE"})).GeoLocationDetails->CountryName,
            "Germany");
  EXPECT_EQ(must(route53.get_geo_location({.CountryCode = "*"})).GeoLocationDetails->CountryName,
            "Default");
  const auto place = *must(route53.get_geo_location({.CountryCode = "US", .SubdivisionCode = "CA"}))
                          .GeoLocationDetails;
  EXPECT_EQ(place.CountryName, "United States");
  EXPECT_EQ(place.SubdivisionName, "California");
}

TEST_F(GetGeoLocation, RefusesPlacesThatRoute53DoesNotKnow) {
  const auto unknown = FailsWith("NoSuchGeoLocation", 404);

  EXPECT_THAT(route53.get_geo_location({.CountryCode = "XX"}), unknown);
  // AWS: no addresses are known to be there.
  EXPECT_THAT(route53.get_geo_location({.CountryCode = "BV"}), unknown);
  EXPECT_THAT(route53.get_geo_location({.ContinentCode = "XX"}), unknown);
  EXPECT_THAT(route53.get_geo_location({.CountryCode = "DE", .SubdivisionCode = "BY"}), unknown);
  EXPECT_THAT(route53.get_geo_location({}), FailsWith("InvalidInput"));
  EXPECT_THAT(route53.get_geo_location({.ContinentCode = "EU", .CountryCode = "DE"}),
              FailsWith("InvalidInput"));
  EXPECT_THAT(route53.get_geo_location({.SubdivisionCode = "CA"}), FailsWith("InvalidInput"));
}

TEST_F(ListGeoLocations, HasCountriesWithTheirSubdivisionsBeforeContinents) {
  const auto all = list();

  const auto place = [&](const std::string& name) {
    return std::ranges::find(all, name) - all.begin();
  };
  EXPECT_EQ(place("*"), 0);
  EXPECT_EQ(place("US-AK"), place("US") + 1);
  EXPECT_EQ(place("US-WY"), place("US") + 51);
  EXPECT_EQ(place("UA-09"), place("UA") + 1);
  EXPECT_EQ(place("continent SA"), std::ssize(all) - 1);
  EXPECT_EQ(place("continent AF"), place("ZW") + 1);
  EXPECT_THAT(all, Not(Contains("EH")));
  const std::set<std::string> different(all.begin(), all.end());
  EXPECT_EQ(different.size(), all.size());
}

TEST_F(ListGeoLocations, ComesInPagesFromWhereTheCallerSays) {
  const auto page = must(route53.list_geo_locations(
      {.StartCountryCode = "US", .StartSubdivisionCode = "WA", .MaxItems = "2"}));

  EXPECT_EQ(text(page.GeoLocationDetailsList->at(0)), "US-WA");
  EXPECT_EQ(text(page.GeoLocationDetailsList->at(1)), "US-WI");
  EXPECT_EQ(page.GeoLocationDetailsList->size(), 2U);
  EXPECT_EQ(page.NextSubdivisionCode, "WV");
  EXPECT_EQ(page.NextCountryCode, "US");
  EXPECT_EQ(page.IsTruncated, true);
  EXPECT_EQ(page.MaxItems, "2");
  EXPECT_THAT(route53.list_geo_locations({.StartCountryCode = "XX"}), FailsWith("InvalidInput"));
  EXPECT_THAT(route53.list_geo_locations({.MaxItems = "none"}), FailsWith("InvalidInput"));
}

}  // namespace
}  // namespace fallstreak
