#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "protocols/codec.h"
#include "protocols/obstacle_course.h"

/// What the fuzz targets of the codecs do with a body.
namespace fallstreak::fuzz {

/// A body is read or refused with an ApiError, nothing else. What was read is written the same way
/// again after it was written once (the first writing settles precision and order) or, in a form,
/// twice: there, as in AWS's SDKs, an empty structure in a list has no parameters, so that writing
/// leaves a gap in the numbers, which reading closes.
inline void expect_settled(api::Protocol protocol, std::string_view operation_name,
                           std::string_view body) {
  const api::Operation& operation = course::operation_of(protocol, operation_name);
  const auto& codec = protocols::codec_for(protocol);
  const auto read = [&](std::string text, void* value) {
    protocols::HttpRequest request;
    request.method = "POST";
    request.body = std::move(text);
    codec.decode_request(operation, request, {}, value);
  };
  const auto write = [&](const void* value) {
    protocols::HttpRequest request;
    codec.encode_request(operation, value, request);
    return request.body;
  };
  api::AnyValue first(*operation.input);
  try {
    read(std::string(body), first.get());
  } catch (const ApiError& error) {
    CHECK(error.status >= 400 && !error.code.empty()) << "an error must say what it is";
    return;
  }
  std::string settled = write(first.get());
  if (protocol == api::Protocol::query || protocol == api::Protocol::ec2) {
    api::AnyValue without_gaps(*operation.input);
    read(std::move(settled), without_gaps.get());
    settled = write(without_gaps.get());
  }
  api::AnyValue second(*operation.input);
  read(settled, second.get());
  const std::string again = write(second.get());
  CHECK(again == settled) << settled << "\nbecame\n" << again;
}

}  // namespace fallstreak::fuzz
