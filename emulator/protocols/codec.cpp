#include "protocols/codec.h"

#include "base/check.h"
#include "protocols/codecs.h"

namespace fallstreak::protocols {

const Codec& codec_for(api::Protocol protocol) {
  switch (protocol) {
    case api::Protocol::query:
      return aws_query_codec();
    case api::Protocol::ec2:
      return ec2_query_codec();
    case api::Protocol::json_1_0:
      return json_1_0_codec();
    case api::Protocol::json_1_1:
      return json_1_1_codec();
    case api::Protocol::rest_json:
      return rest_json_codec();
    case api::Protocol::rest_xml:
      return rest_xml_codec();
    case api::Protocol::rpc_v2_cbor:
      return rpc_v2_cbor_codec();
  }
  CHECK(false) << "unknown protocol " << int(protocol);
  return aws_query_codec();
}

}  // namespace fallstreak::protocols
