// Boost.Asio and Beast themselves, compiled once for everyone who links fallstreak::asio.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
