#pragma once

#include <string_view>

#include "protocols/codec.h"
#include "protocols/query_value.h"

/// What the REST protocols carry outside the body: labels of the path, the query, headers, status.
/// https://smithy.io/2.0/spec/http-bindings.html
namespace fallstreak::protocols {

/// Method, target and headers of a request.
void write_http_request(const api::Operation& operation, const void* value, HttpRequest& request);
/// The members of those three. Throws BadParameter.
void read_http_request(const api::Operation& operation, const HttpRequest& request,
                       const PathLabels& labels, void* value);

/// Status and headers of an answer that `shape` describes, an operation's output or an error.
void write_http_response(const api::Shape& shape, const void* value, HttpResponse& response);
void read_http_response(const api::Shape& shape, const HttpResponse& response, void* value);

/// The member that alone is the body, or null.
const api::Member* payload_of(const api::Shape& shape);
/// Some member travels in a document that is the body.
bool has_document(const api::Shape& shape);

/// Text and bytes that are the body as they are; false when the payload is a document.
bool is_raw_payload(const api::Member& payload);
/// True when a member is bound to the Content-Type header: what it says is then the operation's to say.
bool binds_content_type(const api::Shape& shape);
/// Takes the body out of a request.
void read_raw_payload(const api::Member& payload, std::string&& body, void* value);
/// Reads an answer's body, sharing its storage where it is streamed.
void read_raw_payload(const api::Member& payload, const HttpResponse& response, void* value);
void write_raw_payload(const api::Member& payload, const void* value, std::string& body);
void write_raw_payload(const api::Member& payload, const void* value, HttpResponse& response);

}  // namespace fallstreak::protocols
