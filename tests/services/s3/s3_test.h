#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/s3.h"
#include "testing/testing.h"

namespace fallstreak {

/// A cloud with one empty bucket, `photos`.
class S3Test : public testing::CloudTest {
 protected:
  S3Test() { must(s3.create_bucket({.Bucket = "photos"})); }

  api::s3::PutObjectOutput put(const std::string& key, std::string body = "hello") {
    return must(
        s3.put_object({.Body = api::Body(std::move(body)), .Bucket = "photos", .Key = key}));
  }
  std::string get(const std::string& key) {
    return std::string(must(s3.get_object({.Bucket = "photos", .Key = key})).Body->view());
  }

  client::S3 s3{transport};
};

/// The value of a member that S3 writes after `Code` and `Message`; empty when it is not there.
inline std::string member_of(const ApiError& error, std::string_view name) {
  if (error.shape == nullptr) return {};
  const api::Member* member = error.shape->member(name);
  if (member == nullptr || !api::has(*member, error.members.get())) return {};
  return *static_cast<const std::string*>(api::get(*member, error.members.get()));
}

}  // namespace fallstreak
